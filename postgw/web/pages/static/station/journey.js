// The journal of the day: what this device did about each stop, told from its own queue before any server answers.
// The route screen and others ask it whether a stop is done; nothing here is stored but the order of the worker's round.
(function (station) {
  "use strict";
  const { store } = station;
  const SCANNED = {
    collected: "collected", collection_failed: "not_collected", held: "held", attempted: "failed", returning: "returning",
    delivered: "delivered",
  };
  const CLOSES = {
    delivery: ["delivered", "failed", "held", "returning"],
    pickup: ["collected", "not_collected"],
    withdrawal: ["collected", "not_collected"],
    desk: ["ticked"],
  };
  let acts = null; // by counter

  const today = () => {
    const now = new Date();
    return `${now.getFullYear()}-${String(now.getMonth() + 1).padStart(2, "0")}-${String(now.getDate()).padStart(2, "0")}`;
  };
  const isToday = (moment) => {
    const at = new Date(moment);
    return at.toDateString() === new Date().toDateString();
  };

  async function load() {
    if (!acts) {
      acts = new Map();
      for (const name of ["done", "queue"]) for (const { sealed, ...rest } of await store.all(name)) acts.set(rest.counter, rest);
    }
    return acts;
  }

  function hear({ detail }) {
    for (const each of detail) acts?.set(each.counter, each);
  }
  station.events.addEventListener("queued", hear);
  station.events.addEventListener("answered", hear);

  function outcomeOf(act) {
    if (act.kind === "deliver") return "delivered";
    if (act.kind === "attempt") return "failed";
    if (act.kind === "scan") return SCANNED[act.body.code] ?? "";
    if (act.kind === "tick") return "ticked";
    return act.kind === "stop" ? "arrived" : "";
  }

  const numbersOf = (act) => (act.kind === "tick" ? [act.body.manifest_no] : [act.body.number, act.body.desk]).filter(Boolean);
  const own = (number) => station.snapshot.item(number)?.number ?? number;

  // What was done today, by number: the last outcome of each stop, when, whether the server has refused it; and arrivals.
  async function byNumber() {
    await load();
    const ordered = [...acts.values()].filter((act) => isToday(act.at)).sort((one, other) => one.counter - other.counter);
    const undone = new Set(ordered.filter((act) => act.kind === "undo").map((act) => act.body.act_id));
    const found = new Map();
    for (const act of ordered) {
      const outcome = undone.has(act.act_id) ? "" : outcomeOf(act);
      if (!outcome) continue;
      for (const number of numbersOf(act).map(own)) {
        const known = found.get(number) ?? {};
        const refused = act.answer?.verdict === "refused";
        if (outcome === "arrived") found.set(number, { ...known, arrived_at: act.at });
        else found.set(number, { ...known, outcome, at: act.at, refused, sent: Boolean(act.answer), act_id: act.act_id });
      }
    }
    return found;
  }

  // How a stop stands: done with which outcome, or left.
  function standing(stop, journal) {
    const told = { ...journal.get(stop.number), ...(stop.desk ? journal.get(stop.desk) : {}) };
    const ticked = (stop.lists ?? []).map((list) => journal.get(list.manifest_no)).find((each) => each?.outcome === "ticked");
    const closing = ticked ? { ...told, ...ticked } : told;
    const closes = CLOSES[stop.kind]?.includes(closing.outcome) && !closing.refused;
    return { ...closing, done: Boolean(closes) };
  }

  // How many stops of today are left.
  async function left() {
    const journal = await byNumber();
    return (station.snapshot.get()?.stops ?? []).filter((stop) => !standing(stop, journal).done).length;
  }

  // --- the round of the day: its order, and where what is no longer listed was ---------------------------------------

  const keyOf = () => `route:${station.shift.current().worker}`;

  async function round() {
    const kept = await store.get("state", keyOf());
    return kept?.day === today() ? kept : { day: today(), order: [], known: {} };
  }

  async function keep(made) {
    await store.put("state", made, keyOf());
  }

  // Remember where the stops of today are, without a name, for the list of what is done.
  async function remember(stops) {
    const made = await round();
    const before = Object.keys(made.known).length;
    for (const stop of stops) made.known[stop.number] ??= { kind: stop.kind, place: stop.place, commune: stop.commune };
    if (Object.keys(made.known).length !== before) await keep(made);
    return made;
  }

  station.journey = { byNumber, standing, left, round, keep, remember, today, CLOSES };
})(self.station = self.station || {});
