// Money taken at a door: the state's fee and the post's postage, each in its own ledger and under its own receipt. The
// receipt of postage names zone and weight (services.money), so they are asked for where the snapshot does not know them.
(function (station) {
  "use strict";

  const { say, money } = station.doors;
  const AMOUNT = 1_000_000_000, GRAMS = 30_000;

  const figures = (text) => {
    const bare = String(text || "").replace(/[\s.,\u00a0]/g, "");
    return /^\d{1,10}$/.test(bare) ? Number(bare) : NaN;
  };

  const name = (sum, of) => `sum-${sum.ledger}${of ? `-${of}` : ""}`;

  // One sum: `owed` where it is known; `must`: nothing is handed over without it.
  const row = (door, sum) => {
    const whole = station.template("t-door-take").firstElementChild, more = whole.querySelector("[data-more]");
    const part = whole.querySelector(sum.must ? "[data-must]" : "[data-choice]");
    whole.querySelector(sum.must ? "[data-choice]" : "[data-must]").remove();
    part.dataset.field = name(sum);
    const ledger = say(`doors.ledger_${sum.ledger}`), amount = sum.owed ? money(sum.owed) : "";
    station.fill(part, sum.must ? { name: say("doors.taken", { money: amount }), about: ledger } : { name: ledger, amount });
    const group = part.querySelector("[role=radiogroup]");
    if (group) group.setAttribute("aria-label", `${ledger} ${amount}`.trim());
    for (const each of part.querySelectorAll("input")) each.name = name(sum);
    more.dataset.when = `${name(sum)}=yes`;
    const asked = { amount: !sum.owed, grams: sum.ledger === "postage" && !sum.grams, zone: sum.ledger === "postage" };
    for (const field of more.querySelectorAll("[data-of]")) {
      const of = field.dataset.of, control = field.querySelector("input, select");
      if (!asked[of]) { field.remove(); continue; }
      control.name = control.id = name(sum, of);
      field.querySelector("label").htmlFor = control.id;
      field.dataset.field = control.name;
      if (of === "zone") control.value = sum.zone || "";
    }
    if (!more.children.length) more.remove();
    return whole;
  };

  // What the postage is by the list of the post, or at the ceiling; nothing where the list ends.
  const priceOf = (door, leg, zone, grams) => {
    const rows = (((door.snapshot.doors || {}).postage || {})[leg === "return" ? "return" : "send"] || {})[zone] || [];
    const found = rows.find(([upper]) => grams >= 1 && grams <= upper);
    return found ? found[1] : 0;
  };

  // The price follows the weight and the zone until somebody types another one.
  const follow = (door) => {
    const field = (of) => door.controls(`sum-postage-${of}`)[0], amount = field("amount");
    if (!amount) return;
    const leg = (door.stop && door.stop.leg) || "send", price = priceOf(door, leg, field("zone").value, figures(field("grams").value));
    if (price && (!amount.value || amount.value === amount.dataset.followed)) {
      amount.value = station.dong(price);
      amount.dataset.followed = amount.value;
    }
  };

  const tooMuch = (door, body) => {
    const price = body.ledger === "postage" ? priceOf(door, (door.stop && door.stop.leg) || "send", body.zone, body.grams) : 0;
    return price && body.amount_dong > price ? [[name(body, "amount"), "doors.too_much", { money: money(price) }]] : [];
  };

  const bodyOf = (door, sum) => {
    const told = (of) => door.value(name(sum, of)), body = { ledger: sum.ledger, amount_dong: sum.owed || figures(told("amount")) };
    return sum.ledger === "fee" ? body : { ...body, zone: told("zone"), grams: sum.grams || figures(told("grams")) };
  };

  const taken = (door, sums) => sums.filter((sum) => door.value(name(sum)) === "yes").map((sum) => bodyOf(door, sum));

  const wrongs = (sum, body) => [
    ...(body.amount_dong >= 1 && body.amount_dong <= AMOUNT ? [] : [[name(sum, "amount"), "doors.amount"]]),
    ...(sum.ledger === "fee" || (body.grams >= 1 && body.grams <= GRAMS) ? [] : [[name(sum, "grams"), "doors.grams"]]),
    ...(sum.ledger === "fee" || body.zone ? [] : [[name(sum, "zone"), "doors.zone"]]),
  ];

  const check = (door, sums) => sums.flatMap((sum) => {
    if (door.value(name(sum)) === "yes") return [...wrongs(sum, bodyOf(door, sum)), ...tooMuch(door, bodyOf(door, sum))];
    return !sum.must && door.value(name(sum)) ? [] : [[name(sum), sum.must ? "doors.unpaid" : "doors.taken_or_not"]];
  });

  const draw = (door, sums) => {
    door.root.querySelector("[data-money]").hidden = !sums.length;
    door.root.querySelector("[data-list=money]").replaceChildren(...sums.map((sum) => row(door, sum)));
  };

  const words = (bodies) => bodies.filter((body) => body.amount_dong > 0)
    .map((body) => say("doors.sum", { ledger: say(`doors.ledger_${body.ledger}`), money: money(body.amount_dong) })).join("; ");

  station.doors.till = { draw, follow, taken, check, words };
})(self.station = self.station || {});
