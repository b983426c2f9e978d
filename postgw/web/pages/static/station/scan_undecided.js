// Scans that wait for a word of the worker: an envelope that should not be here. They stay on the disk until they are
// decided, through a killed tab and a locked device. The id of the act is drawn when it was scanned, so that a decision
// that was kept twice is still one act.
(function (station) {
  "use strict";
  const { say, store } = station;

  class Undecided {
    constructor(root, scanning) {
      this.root = root;
      this.scanning = scanning;
      this.section = root.querySelector("[data-undecided]");
      this.list = this.section.querySelector("ul");
      this.numbers = new Set(); // that are asked about
    }

    // Draw what was left over; what is signed by now is done, what waited for the PIN is put into the queue.
    async load() {
      const [kept, waiting, done] = await Promise.all([store.all("undecided"), store.all("queue"), store.all("done")]);
      const known = new Set([...waiting, ...done].map((each) => each.act_id));
      for (const each of kept.sort((one, other) => one.at - other.at)) {
        if (known.has(each.id)) await store.remove("undecided", each.id);
        else if (each.item) await this.makeUp(each);
        else this.draw({ ask: each, isUnknown: each.isUnknown });
      }
    }

    async makeUp({ id, item, at }) {
      await this.scanning.put([{ ...item, act_id: id, at: new Date(at) }]);
      await store.remove("undecided", id);
      this.scanning.drawTally();
    }

    // The same envelope once more, while the first question stands.
    once(judgement) {
      const { shown } = judgement.ask;
      if (!this.numbers.has(shown)) {
        this.numbers.add(shown);
        return judgement;
      }
      return { state: "warn", icon: "dup", word: say("scan.again"), shown, more: say("scan.still_asking"), to: say("scan.still_asking") };
    }

    async keep(judgements) {
      if (!judgements.length) return;
      const { code, title, reason } = this.scanning.job;
      for (const each of judgements) {
        Object.assign(each.ask, { id: station.queue.id(), at: each.at.getTime(), isUnknown: Boolean(each.isUnknown), job: { code, title, reason } });
      }
      await store.run(["undecided"], "readwrite", (tx) => {
        for (const { ask } of judgements) tx.objectStore("undecided").put(ask, ask.id);
      });
    }

    // The device is locked: acts that could not be signed, and reads that were not judged yet, wait on the disk.
    async hold(judgements, reads) {
      const { code, reason } = this.scanning.job;
      const body = (read) => ({ number: station.judging.asRead(read), code, ...(reason ? { reason } : {}) });
      const items = [
        ...judgements.map(({ act, at }) => ({ item: act, at })),
        ...reads.filter((read) => ["item", "consignment"].includes(read.kind)).map((read) => ({ item: { kind: "scan", body: body(read) }, at: read.taken })),
      ];
      await store.run(["undecided"], "readwrite", (tx) => {
        for (const { item, at } of items) {
          const id = station.queue.id();
          tx.objectStore("undecided").put({ id, item, at: at.getTime() }, id);
        }
      });
    }

    async draw({ ask, isUnknown }) {
      this.numbers.add(ask.shown);
      await station.untouched();
      const made = station.template("t-scan-ask").firstElementChild;
      station.fill(made, { number: station.code(ask.shown), why: ask.why });
      made.dataset.id = ask.id;
      if (ask.isWished) {
        const [carry, leave] = [made.querySelector("[data-yes]"), made.querySelector("[data-no]")];
        carry.textContent = say("scan.wished_carry");
        leave.textContent = say("scan.wished");
        carry.classList.remove("main");
        leave.classList.add("main");
      }
      made.querySelector("[data-yes]").addEventListener("click", () => this.decide(made, ask, true));
      made.querySelector("[data-no]").addEventListener("click", () => this.decide(made, ask, false));
      this.list.prepend(made);
      this.section.hidden = false;
      if (isUnknown && navigator.onLine) this.ask(made, ask);
    }

    // With a signal somebody may know whose it is, or that it is ours after all: then nothing is left to decide.
    async ask(made, ask) {
      const found = await station.snapshot.lookup(ask.shown);
      const why = found?.owner ? say("scan.owner", { owner: found.owner }) : found ? say("scan.ours_after_all") : say("scan.nobody_knows");
      if (!isDecided(made)) this.scanning.tellMore(ask, why);
      await station.untouched();
      if (isDecided(made)) return; // meanwhile, by the finger that was waited for
      station.fill(made, { why });
      if (found && !found.owner && found.kind === "consignment") return this.takeAsOurs(made, ask, found);
      await store.put("undecided", { ...ask, why, isUnknown: !found }, ask.id);
    }

    async takeAsOurs(made, ask, item) {
      const { job } = ask;
      if (station.ledger.earlier(this.scanning.job.ledger, job.code, item.number)) return this.drop(made, ask);
      const judgement = { ...station.judging.done({ number: ask.shown }, item, job), at: new Date(ask.at) };
      await this.finish(made, ask, station.judging.scanAct({ number: ask.number }, job), judgement);
    }

    async decide(made, ask, isHere) {
      if (ask.isWished && isHere) {
        const judgement = { ...station.judging.done({ number: ask.shown }, null, ask.job), at: new Date(ask.at) };
        return this.finish(made, ask, station.judging.scanAct({ number: ask.number }, ask.job), judgement);
      }
      decided(made, true);
      if (!isHere) {
        await this.drop(made, ask);
        this.scanning.settle(ask, { state: "quiet", icon: "undo", to: say("scan.dropped") });
        return station.scanRows.answer(this.root, { state: "quiet", icon: "undo", sound: "warn", word: say("scan.dropped"), shown: ask.shown, more: say("scan.dropped_more") });
      }
      await this.finish(made, ask, { kind: "scan", body: { number: ask.number, code: "found_here" } }, {
        state: "ok", word: say("scan.passed_on"), shown: ask.shown, more: say("scan.passed_on_more"), to: say("scan.passed_on"), at: new Date(ask.at),
      });
    }

    async finish(made, ask, item, judgement) {
      decided(made, true);
      try {
        [judgement.record] = await this.scanning.put([{ ...item, act_id: ask.id, at: judgement.at }]);
      } catch (error) {
        decided(made, false);
        if (error instanceof station.Locked) return station.show();
        if (!(error instanceof station.Full)) throw error;
        return station.scanRows.answer(this.root, { state: "late", word: say("scan.full"), shown: ask.shown, more: say("scan.full_more") });
      }
      await this.drop(made, ask);
      const { state, to, record } = judgement;
      this.scanning.settle(ask, { state, icon: "ok", to, act: record, canUndo: true, at: judgement.at });
      station.scanRows.answer(this.root, judgement);
      this.scanning.drawTally();
    }

    async drop(made, ask) {
      decided(made, true);
      await store.remove("undecided", ask.id);
      this.numbers.delete(ask.shown);
      station.untouched().then(() => this.takeAway(made));
    }

    takeAway(made) {
      const next = made.nextElementSibling ?? made.previousElementSibling;
      const hadFocus = made.contains(document.activeElement);
      made.remove();
      this.section.hidden = !this.list.childElementCount;
      if (hadFocus) (next?.querySelector("button") ?? this.root.querySelector("[data-type]")).focus();
    }
  }

  // A question takes one decision, whether it still stands there or not.
  const isDecided = (made) => !made.isConnected || made.querySelector("button").disabled;
  function decided(made, is) {
    for (const button of made.querySelectorAll("button")) button.disabled = is;
  }

  station.Undecided = Undecided;
})(self.station = self.station || {});
