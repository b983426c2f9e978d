// Scan mode: one act for a whole pile. Each scan is judged at once, kept on the disk, and only then answered; what waits
// for a word of the worker stands aside, and scanning goes on.
(function (station) {
  "use strict";
  const { say } = station;
  const answer = (root, told) => station.scanRows.answer(root, told);
  const MAIN = ["collected", "arrived", "out_for_delivery", "departed"];
  const NOT_HERE = new Set(["delivered", "correction", "found_here", "attempted"]); // with a proof, with another scan, by a button, at the door
  const TOGETHER = 25; // how many scans are written at once when they come faster than the disk takes them
  let now = null; // the scan mode that is open

  // --- choosing -------------------------------------------------------------------------------------------------------

  const acts = () => (station.snapshot.get()?.acts ?? []).filter((each) => each.asked && !NOT_HERE.has(each.code));
  const reasons = (name) => (name ? station.snapshot.get()?.reasons?.[name] ?? [] : []);

  function choice(href, title) {
    const made = station.template("t-scan-choice").firstElementChild;
    made.querySelector("a").href = href;
    return station.fill(made, { title });
  }

  function chooseAct(root) {
    root.append(station.template("t-scan-acts"));
    station.head({ title: say("scan.title"), below: station.shift.current().unit_name, back: "#/" });
    station.fill(root, { ask: say("scan.choose_act") });
    const all = acts();
    const main = MAIN.map((code) => all.find((each) => each.code === code)).filter(Boolean);
    root.querySelector("[data-main-acts]").append(...main.map((each) => choice(`#/scan/${each.code}`, each.title)));
    const more = all.filter((each) => !MAIN.includes(each.code));
    const section = root.querySelector("[data-more-acts]");
    section.hidden = !more.length;
    section.querySelector("ul").append(...more.map((each) => choice(`#/scan/${each.code}`, each.title)));
  }

  function chooseReason(root, act, known) {
    root.append(station.template("t-scan-acts"));
    station.head({ title: act.title, below: station.shift.current().unit_name, back: "#/scan" });
    station.fill(root, { ask: say("scan.choose_reason") });
    root.querySelector("[data-main-acts]").append(...known.map((each) => choice(`#/scan/${act.code}/${each.code}`, each.title)));
  }

  // --- one scan after another -----------------------------------------------------------------------------------------

  class Scanning {
    constructor(root, act, reason) {
      this.root = root;
      this.act = act;
      this.job = { code: act.code, title: act.title, reason: reason?.code ?? "", list: null, ledger: null };
      this.reason = reason;
      this.pile = new station.Pile((reads) => this.work(reads));
      this.drawHead = station.calm(() => this.layHead());
      this.drawTally = station.calm(() => this.layTally());
    }

    // The gun is listened to from the first moment; what comes before the ledger is read waits in the pile.
    async begin(list_no) {
      const { job } = this;
      this.root.append(station.template("t-scan"));
      const root = this.root = this.root.lastElementChild; // its own part: another screen may stand there before an answer comes
      if (list_no) this.pile.take({ ...station.numbers.recognise(list_no), text: list_no, at: performance.now() });
      this.mouth = station.scanRows.mouth(root, (read) => this.pile.take(read));
      this.rows = new station.scanRows.Rows(root, (row) => this.undo(row));
      this.undecided = new station.Undecided(root, this);
      this.list = new station.ScanList(root, this);
      this.expected = new Set(station.judging.expected(job.code));
      station.scanRows.invite(root, say("scan.ready"), this.reason ? say("scan.with_reason", { reason: this.reason.title }) : say("scan.ready_more"));
      job.ledger = await station.ledger.load(station.shift.current().shift_no);
      this.rememberRows();
      this.drawHead();
      this.hear = (event) => this.answered(event.detail);
      station.events.addEventListener("answered", this.hear);
      await this.undecided.load();
      this.pile.begin();
    }

    async close() {
      this.mouth.close();
      station.events.removeEventListener("answered", this.hear);
      await this.pile.rest();
    }

    async work(reads) {
      const isList = (read) => read.kind === "bag" || read.kind === "manifest";
      while (reads.length) {
        const turn = [];
        while (reads.length && turn.length < TOGETHER && !isList(reads[0])) turn.push(this.judged(reads.shift()));
        if (turn.length) await this.keep(turn);
        else await this.list.scanned(reads.shift());
      }
    }

    judged(read) {
      const found = station.judging.judge(read, this.job, navigator.onLine);
      const judgement = { ...(found.ask ? this.undecided.once(found) : found), at: read.taken, ended: read.at };
      const { act, number } = judgement;
      // Until it is kept a scan stands in the ledger without an id: the next of the pile may be the same envelope.
      if (act?.kind === "scan") station.ledger.mark(this.job.ledger, act.body.code, number, { at: read.taken, body: act.body, act_id: "" });
      if (act?.kind === "tick") station.ledger.note(this.job.ledger, { ...act, at: read.taken, act_id: "" });
      return judgement;
    }

    // Keep what a turn brought, all of it or none, then answer each in its order.
    async keep(turn) {
      const withAct = turn.filter((each) => each.act);
      try {
        await this.undecided.keep(turn.filter((each) => each.ask));
        const records = withAct.length ? await this.put(withAct.map((each) => ({ ...each.act, at: each.at }))) : [];
        records.forEach((record, n) => { withAct[n].record = record; });
      } catch (error) {
        if (error instanceof station.Locked) return this.locked(turn);
        if (!(error instanceof station.Full)) throw error;
        for (const each of turn.filter((one) => one.act || one.ask)) this.unkept(each);
      }
      for (const each of turn) this.show(each);
      this.drawTally();
    }

    async put(items) {
      const records = await station.queue.put(items, { route: station.snapshot.get()?.my_routes?.[0] ?? "" });
      for (const record of records) station.ledger.note(this.job.ledger, record);
      return records;
    }

    // The disk takes nothing more: said as loudly as can be, and the scan may be done again.
    unkept(judgement) {
      station.ledger.forget(this.job.ledger, "");
      Object.assign(judgement, {
        state: "late", icon: "late", word: say("scan.full"), more: say("scan.full_more"), to: say("scan.full_row"), act: null, ask: null,
      });
    }

    // The PIN is wanted: what was scanned waits aside, unsigned, and is done once it was given.
    async locked(turn) {
      station.ledger.forget(this.job.ledger, "");
      await this.undecided.hold(turn.filter((each) => each.act), this.pile.reads.splice(0));
      station.show();
    }

    show(judgement) {
      const { state, icon, shown, to, at, record } = judgement;
      this.rows.add({ state, icon, shown, to, at, act: record ?? null, canUndo: record?.kind === "scan", ask: judgement.ask?.id });
      answer(this.root, judgement);
      if (judgement.ask) this.undecided.draw(judgement);
      if (record?.kind === "tick" || (record && this.job.list)) this.list.draw();
      station.events.dispatchEvent(new CustomEvent("scanned", { detail: { state, number: shown, ended: judgement.ended, at: performance.now() } }));
    }

    // What was asked about is decided: its row says how.
    settle(ask, change) {
      const row = this.rows.rows.find((each) => each.ask === ask.id);
      if (row) this.rows.amend(row, change);
      else if (change.act) this.rows.add({ shown: ask.shown, ...change });
    }

    // Somebody knew more of what the answer on top speaks of.
    tellMore(ask, why) {
      const place = this.root.querySelector("[data-answer]");
      if (place.dataset.s !== "stuck" || place.dataset.number !== ask.shown) return;
      const more = station.judging.bold("scan.known_more", { why });
      station.drawOver(place, () => station.fill(place, { more }));
      station.shout.announce([station.numbers.grouped(ask.shown), why].join(". "));
    }

    // --- what is shown besides ----------------------------------------------------------------------------------------

    layHead() {
      if (!this.root.isConnected) return; // another screen stands there by now
      const shift = station.shift.current();
      const end = document.createElement("div");
      end.append(station.template("t-scan-end"));
      const sound = end.querySelector("[data-sound]");
      const drawSound = () => {
        const muted = station.shout.isMuted();
        sound.setAttribute("aria-pressed", String(!muted));
        station.fill(sound, { icon: station.icon(muted ? "mute" : "sound") });
      };
      sound.addEventListener("click", () => { station.shout.mute(!station.shout.isMuted()); drawSound(); });
      drawSound();
      end.className = "scan-end";
      this.end = end;
      const below = this.job.list ? say("scan.below_list", { unit: shift.unit_name, list: station.numbers.grouped(this.job.list.number) }) : shift.unit_name;
      station.head({ title: say("scan.titled", { act: this.act.title }), below, back: "#/scan", end });
      this.layTally();
    }

    layTally() {
      const { job } = this;
      const done = job.list ? this.list.done() : station.ledger.counted(job.ledger, job.code);
      const beyond = [...done].filter((number) => !this.expected.has(number)).length;
      const all = job.list ? job.list.numbers.length : this.expected.size && this.expected.size + beyond;
      station.fill(this.end, { n: String(done.size), of: all ? ` / ${all}` : "" });
    }

    rememberRows() {
      const { ledger, code } = this.job;
      for (const act of ledger.recent.filter((each) => each.body.code === code).slice(-10)) {
        const number = act.body.number.replace(/-\d{1,3}$/, "");
        const item = station.snapshot.item(number);
        const undone = ledger.undone.has(act.act_id);
        const { state, to, icon } = undone ? { state: "quiet", icon: "undo", to: say("scan.undone") } : { ...station.judging.done({ number }, item, this.job) };
        this.rows.add({ state, icon, to, shown: number, at: act.at, act, canUndo: !undone });
      }
    }

    // --- taking back --------------------------------------------------------------------------------------------------

    async undo(row) {
      const why = await station.scanRows.choose(this.root, say("scan.undo_why"), row.shown, reasons("correction"));
      if (!why) return;
      try {
        await this.put([{ kind: "undo", body: { number: row.act.body.number, act_id: row.act.act_id, reason: why.code } }]);
      } catch (error) {
        if (error instanceof station.Locked) return station.show();
        if (!(error instanceof station.Full)) throw error;
        return answer(this.root, { state: "late", word: say("scan.full"), shown: row.shown, more: say("scan.full_more") });
      }
      this.rows.amend(row, { state: "quiet", icon: "undo", to: say("scan.undone_why", { reason: why.title }), canUndo: false });
      answer(this.root, { state: "quiet", icon: "undo", sound: "warn", word: say("scan.undone"), shown: row.shown, more: say("scan.undone_more") });
      this.drawTally();
      this.list.draw();
    }

    // --- what the server said later -----------------------------------------------------------------------------------

    answered(records) {
      const bad = [];
      for (const record of records) {
        const amendment = amended(record);
        if (!amendment) continue;
        if (record.answer.verdict === "refused") station.ledger.forget(this.job.ledger, record.act_id);
        const row = this.rows.of(record.act_id);
        if (row) this.rows.amend(row, { ...amendment, canUndo: row.canUndo && record.answer.verdict !== "refused" });
        bad.push({ ...amendment, shown: record.body?.number ?? "", more: record.answer.sentence || amendment.to });
      }
      if (!bad.length) return;
      const worst = bad.find((each) => each.state === "late") ?? bad[0];
      answer(this.root, bad.length === 1 ? worst : { ...worst, shown: "", word: say("scan.answers", { n: bad.length }), more: worst.more });
      this.drawTally();
      this.list.draw();
    }
  }

  // How a row changes by the server's answer; null where all is well.
  function amended({ answer: { verdict, code } }) {
    if (verdict === "refused") return { state: "late", icon: "late", word: say("scan.refused"), to: say("scan.refused_row") };
    if (verdict === "held") return { state: "stuck", icon: "stuck", word: say("scan.held"), to: say("scan.held") };
    if (verdict === "kept_aside") return { state: "stuck", icon: "stuck", word: say("scan.aside"), to: say("scan.aside_row") };
    if (code === "label.void") return { state: "warn", icon: "warn", word: say("scan.old_label"), to: say("scan.old_label") };
    return null;
  }

  station.screens.scan = {
    async open(root, [code, reason, list_no]) {
      const act = acts().find((each) => each.code === code);
      if (!act) return chooseAct(root);
      const known = reasons(act.reasons);
      const why = known.find((each) => each.code === reason);
      if (known.length && !why) return chooseReason(root, act, known);
      now = new Scanning(root, act, why);
      await now.begin(list_no);
    },
    async close() {
      await now?.close();
      now = null;
    },
  };
})(self.station = self.station || {});
