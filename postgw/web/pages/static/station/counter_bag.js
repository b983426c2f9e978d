// Dispatch in a bag: what lies inside travels under one number. The counter draws the number itself, so that it can be written
// on the bag at once, with or without a signal; the gateway takes it as it is.
(function (station) {
  "use strict";
  const { say, counter } = station;
  const SIGNS = "0123456789BCFHJKMNPRTVX"; // no key that an input method rewrites, as in postgw/domain/consignment_number.py

  // The character that brings the weighted sum to a multiple of 23.
  const check = (body) => SIGNS[(SIGNS.length - ([...body].reduce((sum, sign, n) => sum + (n + 1) * SIGNS.indexOf(sign), 0) % SIGNS.length)) % SIGNS.length];

  function mint() {
    // A byte from 253 on would favour the first signs.
    const drawn = [];
    while (drawn.length < 7) drawn.push(...crypto.getRandomValues(new Uint8Array(8)).filter((byte) => byte < 253));
    const body = `T${drawn.slice(0, 7).map((byte) => SIGNS[byte % SIGNS.length]).join("")}`;
    return body + check(body);
  }

  counter.mintBag = mint;

  counter.parts.bag = {
    title: "counter.bag",
    async open(root) {
      const begun = counter.draft("bag");
      const bench = counter.bench(root, take, begun);
      const work = (await begun) ?? { numbers: [], to: "" };
      const offices = Object.entries(counter.books().offices).filter(([code]) => code !== station.shift.current().unit);
      const where = root.querySelector("select");
      where.append(...offices.map(([, name]) => new Option(name, name)));
      where.value = work.to;
      const draw = station.calm(lay);
      let sealed = null;

      async function take(read) {
        if (read.kind !== "item" && read.kind !== "consignment") return counter.unreadable(root, read);
        const item = await counter.known(read.number);
        const number = item?.number ?? read.number;
        if (work.numbers.includes(number)) return counter.answer(root, { state: "warn", word: say("counter.in_bag"), number: read.number, more: say("counter.in_bag_more", { n: work.numbers.length }), icon: "dup" });
        work.numbers.push(number);
        await counter.keep("bag", work);
        draw();
        const pile = item ? counter.pileOf(item) : null;
        const elsewhere = pile && work.to && pile.key.startsWith("o:") && pile.big !== work.to;
        if (elsewhere) return counter.answer(root, { state: "stuck", word: say("counter.other_way"), number: read.number, more: say("counter.other_way_more", { pile: pile.big, to: work.to }) });
        return counter.answer(root, { state: item ? "ok" : "stuck", word: say(item ? "counter.bagged" : "counter.bagged_unknown"), number: read.number, more: pile?.big ?? say("counter.unlisted_more") });
      }

      function lay() {
        const rows = work.numbers.map((number) => {
          const row = station.template("t-counter-inside").firstElementChild;
          const item = station.snapshot.item(number);
          station.fill(row, { number: station.code(number), place: item ? counter.pileOf(item).big : "" });
          row.querySelector("button").addEventListener("click", () => takeOut(number));
          row.querySelector("button").setAttribute("aria-label", say("counter.take_out", { number: station.numbers.grouped(number) }));
          return row;
        }).reverse();
        root.querySelector("[data-inside]").replaceChildren(...rows);
        station.fill(root, { count: String(work.numbers.length) });
        root.querySelector("[data-none]").hidden = rows.length > 0;
        root.querySelector("[data-main]").disabled = !rows.length;
      }

      async function takeOut(number) {
        work.numbers = work.numbers.filter((each) => each !== number);
        await counter.keep("bag", work);
        await draw();
        root.querySelector("[data-inside] button, [data-type] input").focus();
      }

      async function seal() {
        const bag_no = mint();
        const numbers = [...work.numbers];
        const acts = [{ kind: "bag", body: { bag_no, numbers } }, { kind: "scan", body: { number: bag_no, code: "departed" }, show: { place: work.to } }];
        const [act] = await station.queue.put(acts);
        sealed = { act_id: act.act_id, bag_no, n: numbers.length, to: work.to };
        work.numbers = [];
        await counter.forget("bag");
        counter.answer(root, { state: "ok", word: say("counter.sealed"), number: bag_no, more: say("counter.sealed_more") });
        await draw();
        const panel = root.querySelector("[data-sealed]");
        panel.hidden = false;
        station.fill(panel, { bag: station.code(bag_no), told: say("counter.sealed_n", { n: numbers.length }), to: sealed.to, wait: say("counter.label_waits"), why: "" });
        panel.querySelector("a").hidden = true;
        panel.querySelector("h2").focus();
      }

      // The label is drawn by the gateway, which must know the bag first.
      async function answered({ detail }) {
        const mine = sealed && detail.find((each) => each.act_id === sealed.act_id);
        if (!mine) return;
        await station.untouched();
        const panel = root.querySelector("[data-sealed]");
        const well = mine.answer.verdict === "accepted" || mine.answer.verdict === "known";
        const way = panel.querySelector("a");
        way.hidden = !well;
        way.href = `/station/bags/${sealed.bag_no}/label.pdf`;
        station.fill(panel, { wait: "", why: well ? "" : mine.answer.sentence });
        if (!well) counter.answer(root, { state: "late", word: say("counter.not_sealed"), number: sealed.bag_no, more: mine.answer.sentence });
      }

      where.addEventListener("change", () => { work.to = where.value; counter.keep("bag", work); });
      root.querySelector("[data-main]").addEventListener("click", () => seal().catch((error) => counter.failed(root, error)));
      station.events.addEventListener("answered", answered);
      lay();
      return { close() { station.events.removeEventListener("answered", answered); bench.close(); } };
    },
  };
})(self.station = self.station || {});
