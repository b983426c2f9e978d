// Handing out what waits: scan the slip, or look for the name or the last digits; then what must be seen and taken, and the
// form of the delivery itself.
(function (station) {
  "use strict";
  const { say, counter } = station;
  const SHOWN = 30;

  const plain = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/đ/gi, "d").toLowerCase();
  const dong = (amount) => say("counter.dong", { amount: station.dong(amount) });

  // Whether what was typed is somewhere in the name, the place or a number of what waits.
  function fits(stop, typed) {
    const words = plain(typed).split(/\s+/).filter(Boolean);
    const text = plain(`${stop.name} ${stop.commune} ${stop.place}`);
    const numbers = `${stop.number} ${stop.item_no}`.toLowerCase();
    return words.every((word) => text.includes(word) || numbers.includes(word.replace(/-/g, "")));
  }

  function askedFor(stop) {
    const money = stop.money ?? {};
    const lines = [["eye", say("counter.see_id")]];
    if (money.fee) lines.push(["paper", say("counter.take_fee", { amount: dong(money.fee) })]);
    if (money.postage) lines.push(["label", say("counter.take_postage", { amount: dong(money.postage) })]);
    if (!money.fee && !money.postage) lines.push(["ok", say("counter.no_money")]);
    if (stop.withdraw?.length) lines.push(["undo", say("counter.take_back", { papers: stop.withdraw.join("; ") })]);
    return lines;
  }

  counter.parts["hand-out"] = {
    title: "counter.hand_out",
    async open(root, [asked]) {
      const held = counter.books().held;
      const search = root.querySelector("[name=q]");
      const draw = station.calm(layCard);
      let chosen = "";

      const bench = counter.bench(root, (read) => {
        if (read.kind === "item" || read.kind === "consignment") return choose(read.number);
        return counter.unreadable(root, read);
      });

      function choose(given) {
        const stop = station.snapshot.stop(given);
        chosen = given;
        counter.answer(root, { state: stop ? "ok" : "warn", word: say(stop ? "counter.waits" : "counter.not_waiting"), number: given, more: stop?.name ?? "" });
        draw();
      }

      function layCard() {
        const item = station.snapshot.item(chosen);
        const number = item?.number ?? chosen;
        const stop = station.snapshot.stop(number);
        const card = root.querySelector("[data-card]");
        card.hidden = false;
        station.fill(card, {
          name: stop?.name ?? say("counter.no_name"), number: station.code(stop?.item_no || number),
          place: stop ? [stop.place, stop.commune].filter(Boolean).join(", ") : "", remarks: stop?.remarks ?? "",
          why: stop ? "" : say(item ? "counter.not_held" : "counter.not_here"),
        });
        const lines = (stop ? askedFor(stop) : [["eye", say("counter.see_id")]]).map(([icon, text]) => {
          const line = station.template("t-counter-asked").firstElementChild;
          return station.fill(line, { icon: station.icon(icon), text });
        });
        card.querySelector("[data-asked]").replaceChildren(...lines);
        card.querySelector("[data-papers]").hidden = !stop?.papers?.length;
        station.fill(card, { papers: (stop?.papers ?? []).map((each) => `${each.name} × ${each.quantity}`).join("; ") });
        card.querySelector("a").href = `#/deliver/${encodeURIComponent(number)}`;
        card.querySelector("a").focus();
      }

      function list() {
        const typed = search.value.trim();
        const found = held.filter((stop) => fits(stop, typed));
        const rows = found.slice(0, SHOWN).map((stop) => {
          const row = station.template("t-counter-held").firstElementChild;
          station.fill(row, { name: stop.name, number: station.code(stop.item_no || stop.number), place: [stop.place, stop.commune].filter(Boolean).join(", ") });
          row.querySelector("button").addEventListener("click", () => choose(stop.number));
          return row;
        });
        root.querySelector("[data-held]").replaceChildren(...rows);
        station.fill(root, { found: say("counter.found", { n: found.length }), rest: found.length > SHOWN ? say("counter.narrow", { n: found.length - SHOWN }) : "" });
        root.querySelector("[data-none]").hidden = found.length > 0;
      }

      search.addEventListener("input", list);
      list();
      if (asked) choose(asked);
      return bench;
    },
  };
})(self.station = self.station || {});
