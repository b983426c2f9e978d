// Taking stock: what should lie here and does not. The list is fixed when the round begins, each scan ticks one off, and the
// round survives whatever happens to the page until it is told or given up.
(function (station) {
  "use strict";
  const { say, counter } = station;
  const SHOWN = 200;

  counter.parts.stock = {
    title: "counter.stock",
    async open(root) {
      const snapshot = counter.books();
      const begun = counter.draft("stock");
      const bench = counter.bench(root, take, begun);
      const work = (await begun) ?? { expected: [...snapshot.stock], found: [], since: snapshot.made_at ?? new Date().toISOString() };
      const expected = new Set(work.expected);
      const found = new Set(work.found);
      const draw = station.calm(lay);

      async function take(read) {
        if (read.kind === "bag" || read.kind === "manifest") return several(read);
        if (read.kind !== "item" && read.kind !== "consignment") return counter.unreadable(root, read);
        const number = station.snapshot.item(read.number)?.number ?? read.number;
        if (found.has(number)) return counter.answer(root, { state: "warn", word: say("counter.counted"), number: read.number, more: progress(), icon: "dup" });
        await tick([number]);
        if (expected.has(number)) return counter.answer(root, { state: "ok", word: say("counter.is_here"), number: read.number, more: progress() });
        const item = station.snapshot.item(number);
        const more = item ? say("counter.strange_known", { office: snapshot.offices[item.office] || item.owner || counter.placeOf(item) }) : say("counter.strange_unknown");
        return counter.answer(root, { state: "stuck", word: say("counter.strange"), number: read.number, more });
      }

      // A closed bag is counted by its code: what is sealed inside is inside.
      async function several(read) {
        const bag = read.kind === "bag" ? await counter.group(read.number) : null;
        if (!bag?.numbers) return counter.answer(root, { state: "stuck", word: say("counter.not_countable"), number: read.number, more: say("counter.not_countable_more") });
        await tick(bag.numbers);
        return counter.answer(root, { state: "ok", word: say("counter.bag_counted", { n: bag.numbers.length }), number: read.number, more: progress() });
      }

      async function tick(numbers) {
        for (const each of numbers) found.add(each);
        work.found = [...found];
        await counter.keep("stock", work); // the round itself, not yet an act: it must be on the disk before it is answered
        draw();
      }

      const missing = () => work.expected.filter((number) => !found.has(number));
      const strange = () => work.found.filter((number) => !expected.has(number));
      const progress = () => say("counter.progress", { here: work.expected.length - missing().length, all: work.expected.length });

      function rowsOf(numbers) {
        return numbers.slice(0, SHOWN).map((number) => {
          const row = station.template("t-counter-shelf").firstElementChild;
          const item = station.snapshot.item(number);
          return station.fill(row, { number: station.code(item?.item_no || number), place: item ? counter.placeOf(item) : "" });
        });
      }

      function lay() {
        const left = missing(), odd = strange();
        root.querySelector("[data-left]").replaceChildren(...rowsOf(left));
        root.querySelector("[data-odd]").replaceChildren(...rowsOf(odd));
        root.querySelector("[data-odd-part]").hidden = !odd.length;
        root.querySelector("[data-done]").hidden = left.length > 0;
        root.querySelector("meter").max = Math.max(1, work.expected.length);
        root.querySelector("meter").value = work.expected.length - left.length;
        station.fill(root, { here: String(work.expected.length - left.length), all: String(work.expected.length), left: String(left.length), odd: String(odd.length),
          rest: left.length > SHOWN ? say("counter.more_n", { n: left.length - SHOWN }) : "", since: say("counter.list_of_time", { time: station.clock(work.since) }) });
        root.querySelector("[data-main]").disabled = !found.size && !work.expected.length;
      }

      const dialog = root.querySelector("dialog");
      const finish = () => {
        station.fill(dialog, { left: say("counter.left_n", { n: missing().length }), odd: say("counter.odd_n", { n: strange().length }) });
        dialog.showModal();
      };
      async function told() {
        await station.queue.put([{ kind: "stock_take", body: { found: [...found], expected: work.expected } }]);
        const left = missing().length;
        counter.answer(root, { state: left ? "warn" : "ok", word: say("counter.stock_told"), more: say("counter.stock_told_more", { missing: left, strange: strange().length }) });
        await counter.forget("stock");
        Object.assign(work, { expected: [...counter.books().stock], found: [], since: counter.books().made_at ?? new Date().toISOString() });
        expected.clear();
        for (const each of work.expected) expected.add(each);
        found.clear();
        draw();
      }

      root.querySelector("[data-main]").addEventListener("click", finish);
      root.querySelector("[data-now]").addEventListener("click", () => told().catch((error) => counter.failed(root, error)));
      root.querySelector("[data-partial]").hidden = snapshot.is_whole !== false;
      lay();
      return bench;
    },
  };
})(self.station = self.station || {});
