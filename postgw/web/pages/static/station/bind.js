// Bind: our label, then the post's own sticker; from then on either code finds the item. The two may come in either order.
(function (station) {
  "use strict";
  const { say } = station;
  let now = null;

  class Binding {
    constructor(root) {
      this.root = root;
      this.pair = {};
      this.draw = station.calm(() => this.lay());
      this.pile = new station.Pile(async (reads) => { while (reads.length) await this.scanned(reads.shift()); });
    }

    async begin() {
      this.root.append(station.template("t-bind"));
      const root = this.root = this.root.lastElementChild;
      station.head({ title: say("bind.title"), below: station.shift.current().unit_name, back: "#/" });
      this.mouth = station.scanRows.mouth(root, (read) => this.pile.take(read));
      this.rows = new station.scanRows.Rows(root, null);
      root.querySelector("[data-over]").addEventListener("click", () => this.over());
      station.scanRows.invite(root, say("bind.first"), say("bind.either"));
      this.draw();
      this.ledger = await station.ledger.load(station.shift.current().shift_no);
      this.hear = (event) => this.answered(event.detail);
      station.events.addEventListener("answered", this.hear);
      this.pile.begin();
    }

    async close() {
      this.mouth.close();
      station.events.removeEventListener("answered", this.hear);
      await this.pile.rest();
    }

    say(told) {
      station.scanRows.answer(this.root, told);
    }

    async scanned(read) {
      if (read.kind !== "consignment" && read.kind !== "item") {
        const key = { dossier: "scan.dossier", bag: "bind.group", manifest: "bind.group" }[read.kind] ?? "scan.misread";
        return this.say({ state: "late", word: say(key), shown: read.number || read.text, more: say("bind.neither") });
      }
      if (read.kind === "item" && !read.number.endsWith("VN")) {
        return this.say({ state: "late", word: say("bind.foreign"), shown: read.number, more: say("bind.foreign_more") });
      }
      this.pair[read.kind] = read.number;
      this.draw();
      const { consignment, item } = this.pair;
      if (consignment && item) return this.bind(consignment, item, read.taken);
      this.say({ state: "run", icon: "ok", word: say(consignment ? "bind.second" : "bind.label"), shown: read.number, more: say("bind.one_of_two") });
    }

    // Why this pair cannot be, as far as the device knows; null where nothing speaks against it.
    known(consignment, item) {
      const here = this.ledger.bound.get(consignment) ?? this.ledger.bound.get(item);
      if (here) {
        const { name, unit_name } = station.shift.current();
        const isSame = here.body.number === consignment && here.body.item_no === item;
        const told = say("bind.bound_here", { time: station.clock(here.at), name, unit: unit_name, item: station.numbers.grouped(here.body.item_no) });
        return isSame ? { state: "warn", icon: "dup", word: say("bind.again"), more: told } : { state: "late", word: say("bind.bound"), more: told };
      }
      const label = station.snapshot.item(consignment);
      if (label?.item_no === item) return { state: "warn", icon: "dup", word: say("bind.again"), more: say("bind.again_more") };
      if (label?.item_no) return { state: "late", word: say("bind.bound"), more: say("bind.bound_other", { item: station.numbers.grouped(label.item_no) }) };
      const sticker = station.snapshot.item(item);
      if (sticker) return { state: "late", word: say("bind.bound"), more: say("bind.sticker_used", { number: station.numbers.grouped(sticker.number) }) };
      return null;
    }

    async bind(consignment, item, at) {
      this.pair = {};
      const against = this.known(consignment, item);
      if (against) {
        this.draw();
        this.rows.add({ state: against.state, icon: against.icon, shown: consignment, to: against.more, at });
        return this.say({ ...against, shown: consignment });
      }
      let record;
      try {
        [record] = await station.queue.put([{ kind: "bind", body: { number: consignment, item_no: item }, at }]);
      } catch (error) {
        this.pair = { consignment, item };
        if (error instanceof station.Locked) return station.show();
        if (!(error instanceof station.Full)) throw error;
        return this.say({ state: "late", word: say("scan.full"), shown: consignment, more: say("scan.full_more") });
      }
      station.ledger.note(this.ledger, record);
      const to = station.numbers.grouped(item);
      const more = navigator.onLine ? say("bind.done_more", { item: to }) : say("bind.done_offline", { item: to });
      this.rows.add({ state: "ok", shown: consignment, to, at, act: record });
      this.draw();
      this.say({ state: "ok", word: say("bind.done"), shown: consignment, more });
    }

    over() {
      this.pair = {};
      this.draw();
      station.scanRows.invite(this.root, say("bind.first"), say("bind.either"));
    }

    lay() {
      for (const step of ["consignment", "item"]) {
        const place = this.root.querySelector(`[data-step=${step}]`);
        const number = this.pair[step];
        place.dataset.s = number ? "ok" : "quiet";
        place.querySelector("[data-slot]").replaceChildren(number ? station.code(number) : say("bind.wanted"));
      }
      this.root.querySelector("[data-over]").hidden = !this.pair.consignment && !this.pair.item;
    }

    answered(records) {
      for (const { act_id, kind, body, answer } of records) {
        if (kind !== "bind" || !["refused", "held"].includes(answer.verdict)) continue;
        station.ledger.forget(this.ledger, act_id);
        const row = this.rows.of(act_id);
        if (row) this.rows.amend(row, { state: "late", icon: "late", to: answer.sentence });
        this.say({ state: "late", word: say("bind.refused"), shown: body.number, more: answer.sentence });
      }
    }
  }

  station.screens.bind = {
    async open(root) {
      now = new Binding(root);
      await now.begin();
    },
    async close() {
      await now?.close();
      now = null;
    },
  };
})(self.station = self.station || {});
