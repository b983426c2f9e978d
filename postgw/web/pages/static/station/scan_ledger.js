// What this device has scanned in its shift, act by act: for the count, for "already scanned", for taking back. It is read
// from the acts themselves, those that wait and those that were answered, so that a reload finds what was before it.
(function (station) {
  "use strict";
  const { store } = station;
  const BAD = new Set(["refused", "held"]);

  const keyOf = (code, number) => `${code}:${number}`;
  const own = (number) => station.snapshot.item(number)?.number ?? number;
  const plain = (number) => number.replace(/-\d{1,3}$/, ""); // a label's number bears its version

  // {scans: code and number → its act, ticks: manifest and number → its act, recent: the newest acts}
  async function load(shift_no) {
    const [waiting, done] = await Promise.all([store.all("queue"), store.all("done")]);
    const acts = [...done, ...waiting].filter((each) => each.shift_no === shift_no);
    acts.sort((one, other) => one.counter - other.counter);
    const ledger = { scans: new Map(), ticks: new Map(), recent: [], undone: new Set(), bound: new Map() };
    for (const act of acts) note(ledger, act);
    return ledger;
  }

  function note(ledger, act) {
    if (BAD.has(act.answer?.verdict)) return;
    if (act.kind === "scan") {
      for (const number of act.show?.numbers ?? [plain(act.body.number)]) mark(ledger, act.body.code, own(number), act);
      ledger.recent.push(act);
    } else if (act.kind === "undo") {
      forget(ledger, act.body.act_id);
    } else if (act.kind === "tick") {
      for (const number of act.body.numbers) ledger.ticks.set(keyOf(act.body.manifest_no, number), act);
    } else if (act.kind === "bind") {
      ledger.bound.set(act.body.number, act).set(act.body.item_no, act);
    }
  }

  const mark = (ledger, code, number, act) => ledger.scans.set(keyOf(code, number), act);
  const unmark = (ledger, code, number) => ledger.scans.delete(keyOf(code, number));
  const earlier = (ledger, code, number) => ledger.scans.get(keyOf(code, number)) ?? null;
  const ticked = (ledger, manifest_no, number) => ledger.ticks.get(keyOf(manifest_no, number)) ?? null;

  // An act that was taken back, or that the server did not take, counts no more and may be done again.
  function forget(ledger, act_id) {
    ledger.undone.add(act_id);
    for (const kept of [ledger.scans, ledger.ticks, ledger.bound]) {
      for (const [key, act] of kept) if (act.act_id === act_id) kept.delete(key);
    }
  }

  // The numbers that an act was done on.
  function counted(ledger, code) {
    const numbers = new Set();
    for (const key of ledger.scans.keys()) if (key.startsWith(`${code}:`)) numbers.add(key.slice(code.length + 1));
    return numbers;
  }

  station.ledger = { load, note, mark, unmark, earlier, ticked, forget, counted, own };
})(self.station = self.station || {});
