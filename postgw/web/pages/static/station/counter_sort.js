// Sorting: each item that arrives is told where it goes in letters that are read from the other side of the table, and every
// pile is counted. What was scanned already says its place again and is not counted twice.
(function (station) {
  "use strict";
  const { say, counter } = station;

  const scan = (number) => ({ kind: "scan", body: { number, code: "arrived" } });

  counter.parts.sort = {
    title: "counter.sort",
    async open(root, [asked]) {
      const begun = counter.draft("sort");
      const bench = counter.bench(root, take, begun);
      const work = (await begun) ?? { piles: {}, seen: {}, big: {}, inside: {}, recent: [] };
      const place = root.querySelector("[data-answer]");
      const draw = station.calm(lay);
      let last = null;

      async function take(read) {
        if (read.kind === "manifest") return station.go(`#/counter/accept/${read.number}`);
        if (read.kind === "bag") return bag(read.number);
        if (read.kind !== "item" && read.kind !== "consignment") return counter.unreadable(root, read);
        return one(read);
      }

      async function one(read) {
        const listed = station.snapshot.item(read.number);
        const number = listed?.number ?? read.number;
        if (work.seen[number]) {
          const pile = { big: work.big[number] };
          show(pile, read.number, "warn", say("counter.again", { pile: pile.big, time: station.clock(work.seen[number]) }));
          remember(read.number, pile, "warn");
          draw();
          return;
        }
        // What came in a bag was scanned with the bag.
        const [act] = work.inside[number] ? [null] : await station.queue.put([scan(read.number)]);
        const item = listed ?? (await counter.known(read.number)) ?? { street: "", leg: "" };
        const pile = listed || item.owner || item.route ? counter.pileOf(item) : unlisted();
        work.seen[number] = act ? Date.parse(act.at) : Date.now();
        work.big[number] = pile.big;
        last = act && { act, number, pile, read: read.number };
        show(pile, read.number, pile.state, [pile.small, item.street && item.leg === "return" ? item.street : ""].filter(Boolean).join(" · "));
        count(pile, 1);
        remember(read.number, pile, pile.state);
        draw();
        counter.keepSoon("sort", work);
      }

      const unlisted = () => ({ key: "?", big: say("counter.unlisted"), small: say("counter.unlisted_more"), state: "stuck" });

      // A bag that arrives is one scan on each inside; where all of it goes to one place, that is the place of the bag.
      async function bag(number) {
        const found = await counter.group(number);
        if (!found?.numbers) return counter.answer(root, { state: "stuck", word: say("counter.bag_unknown"), number, more: say("counter.bag_unknown_more") });
        const piles = new Map();
        for (const each of found.numbers) {
          const pile = counter.pileOf(station.snapshot.item(each) ?? { commune: "", leg: "return" });
          piles.set(pile.key, { pile, n: (piles.get(pile.key)?.n ?? 0) + 1 });
        }
        const more = [...piles.values()].map(({ pile, n }) => `${pile.big}: ${n}`).join(" · ");
        if (work.seen[number]) return counter.answer(root, { state: "warn", word: say("counter.bag_again"), number, more, icon: "dup" });
        await station.queue.put([scan(number)]);
        work.seen[number] = Date.now();
        for (const each of found.numbers) work.inside[each] = true;
        counter.keepSoon("sort", work);
        const word = piles.size === 1 ? [...piles.values()][0].pile.big : say("counter.bag_open", { n: found.numbers.length });
        return counter.answer(root, { state: "ok", word, number, more: piles.size === 1 ? say("counter.bag_one", { n: found.numbers.length }) : more });
      }

      function count(pile, by) {
        const kept = (work.piles[pile.key] ??= { big: pile.big, small: pile.small, state: pile.state, n: 0 });
        kept.n += by;
        if (!kept.n) delete work.piles[pile.key];
      }

      function remember(number, pile, state) {
        work.recent = [{ number, pile: pile.big, state, at: Date.now() }, ...work.recent].slice(0, 10);
      }

      function show(pile, number, state, more) {
        station.drawOver(place, () => place.classList.add("huge"));
        counter.answer(root, { state, word: pile.big, number, more, icon: state === "warn" ? "dup" : state });
      }

      function lay() {
        root.querySelector("[data-undo]").hidden = !last;
        const piles = Object.values(work.piles).sort((one, other) => one.big.localeCompare(other.big, "vi", { numeric: true }));
        const rows = piles.map((pile) => {
          const row = station.template("t-counter-pile").firstElementChild;
          row.dataset.s = pile.state;
          return station.fill(row, { big: pile.big, small: pile.small, n: String(pile.n) });
        });
        root.querySelector("[data-piles]").replaceChildren(...rows);
        const recent = work.recent.map(({ number, pile, state, at }) => {
          const row = station.template("t-counter-recent").firstElementChild;
          row.dataset.s = state;
          return station.fill(row, { icon: station.icon(state === "warn" ? "dup" : state), number: station.code(number), pile, time: station.clock(at, true) });
        });
        root.querySelector("[data-recent]").replaceChildren(...recent);
        root.querySelector("[data-recent-part]").hidden = !recent.length;
        const all = piles.reduce((sum, pile) => sum + pile.n, 0);
        station.fill(root, { all: String(all) });
        root.querySelector("[data-none]").hidden = piles.length > 0;
        root.querySelector("[data-new]").disabled = !all;
      }

      root.querySelector("[data-undo]").addEventListener("click", async () => {
        const { act, number, pile, read } = last;
        try {
          await station.queue.put([{ kind: "undo", body: { number, act_id: act.act_id, reason: "wrong_item" } }]);
        } catch (error) {
          return counter.failed(root, error);
        }
        delete work.seen[number];
        delete work.big[number];
        last = null;
        work.recent = work.recent.filter((each) => each.number !== read);
        count(pile, -1);
        draw();
        station.drawOver(place, () => place.classList.remove("huge"));
        counter.answer(root, { state: "quiet", word: say("counter.undone"), number, more: "", icon: "undo", sound: "warn" });
        return counter.keepSoon("sort", work);
      });
      root.querySelector("[data-new]").addEventListener("click", async () => {
        Object.assign(work, { piles: {}, seen: {}, big: {}, inside: {}, recent: [] });
        last = null;
        await counter.forget("sort");
        await draw();
        place.hidden = true;
      });
      lay();
      if (asked) bench.take({ ...station.numbers.recognise(asked), text: asked });
      return bench;
    },
  };
})(self.station = self.station || {});
