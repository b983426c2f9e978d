// The queue: every act is signed and on the disk before anybody is told that it is done, and leaves only with its own
// answer. The page and its worker both send through this file; a lock between them keeps them from sending twice at once,
// and the counter under each act makes a second sending harmless.
(function (station) {
  "use strict";
  const store = station.store;
  const MOST = 50;
  const MOST_BYTES = 900_000;
  const KEPT = 1000;
  const PATIENCE_MS = 20_000;
  //: These speak of the door, of the moment or of the device, not of the acts that were sent.
  const OF_THE_DOOR = [401, 403, 404, 408, 425, 429];

  const events = (station.events ??= new EventTarget());
  const channel = new BroadcastChannel("postgw-station");
  const tell = (type, detail) => events.dispatchEvent(new CustomEvent(type, { detail }));
  const tellAll = (type, detail) => { tell(type, detail); channel.postMessage({ type, detail }); };
  channel.onmessage = ({ data }) => tell(data.type, data.detail);

  const id = () => [...crypto.getRandomValues(new Uint8Array(12))].map((each) => each.toString(16).padStart(2, "0")).join("");

  async function signed(item, counter, device, open, more) {
    const act_id = item.act_id ?? id();
    const at = (item.at ?? new Date()).toISOString();
    const payload = JSON.stringify({
      device: device.device_no, counter, act_id, shift: open.shift_no, kind: item.kind, at, route: more.route ?? "",
      body: item.body,
    });
    const [device_signature, worker_signature] = await Promise.all([
      station.keys.signature(device.key, payload), station.keys.signature(open.key, payload),
    ]);
    return {
      counter, act_id, shift_no: open.shift_no, kind: item.kind, at, body: brief(item.body), show: item.show ?? null,
      sealed: { payload, device_signature, worker_signature },
    };
  }

  // What the screens need of an act later on; pictures stay in the signed text alone.
  const brief = (body) => JSON.parse(JSON.stringify(body, (name, value) => (/_(png|jpeg)$/.test(name) ? undefined : value)));

  // All of them or none, and `more.together` with them in one step.
  async function keep(records, { stores = [], work } = {}) {
    const kept = (tx) => {
      for (const each of records) tx.objectStore("queue").add(each, each.counter);
      tx.objectStore("state").put(records[records.length - 1].counter, "counter");
      work?.(tx);
    };
    try {
      if (await store.must(["queue", "state", ...stores], kept)) tellAll("full", { kept: true });
    } catch (error) {
      if (error instanceof station.Full) tellAll("full", { kept: false });
      throw error;
    }
  }

  // Lay the block that a full disk costs first, and say whether there is room for it.
  let isLaid = false;
  events.addEventListener("full", () => { isLaid = false; });
  async function layBallast() {
    if (isLaid) return;
    isLaid = await store.layBallast();
    tellAll(isLaid ? "room" : "full", { kept: true });
  }

  // A device that has its number keeps it, and its key.
  let device = null;
  async function theDevice() {
    if (!device?.device_no) device = await store.get("keys", "device");
    return device;
  }

  // Acts of one device follow each other, also when many are done in one millisecond; a clock that was put back counts anew.
  let latest = 0;
  const after = (before, moment) => (before - moment < 1000 ? Math.max(before + 1, moment) : moment);

  // Sign acts and keep them, all or none. Resolve once they are on the disk.
  // Rejects with Locked when the PIN is wanted first, with Full when the disk takes nothing more: then nothing was kept.
  // `more.together`, {stores, work(tx)}, is written in the same step.
  async function put(items, more = {}) {
    const first = after(latest, Date.now() - items.length + 1);
    const asked = items.map((item, n) => ({ at: new Date(first + n), ...item }));
    latest = asked[asked.length - 1].at.getTime();
    const records = await navigator.locks.request("station-queue", async () => {
      const [device, open, last] = await Promise.all([
        theDevice(), station.keys.unlocked(), store.get("state", "counter"),
      ]);
      if (!device?.device_no || !open) throw new station.Locked();
      const made = await Promise.all(asked.map((item, n) => signed(item, (last ?? 0) + 1 + n, device, open, more)));
      await keep(made, more.together);
      return made;
    });
    tellAll("queued", records.map(({ sealed, ...rest }) => rest));
    return records;
  }

  function batchOf(records, most) {
    const batch = [];
    let bytes = 0;
    for (const each of records) {
      bytes += each.sealed.payload.length;
      if (batch.length >= most || (batch.length && bytes > MOST_BYTES)) break;
      batch.push(each);
    }
    return batch;
  }

  async function ask(device_no, batch, waiting) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), PATIENCE_MS);
    try {
      return await fetch("/station/acts", {
        method: "POST", credentials: "omit", cache: "no-store", signal: stop.signal,
        headers: { "Content-Type": "application/json", "Accept-Language": station.language ?? "vi" },
        body: JSON.stringify({ device: device_no, sent_at: new Date(after(Date.parse(batch[batch.length - 1].at) - 1, Date.now())).toISOString(), waiting, acts: batch.map((each) => each.sealed) }),
      });
    } finally {
      clearTimeout(timer);
    }
  }

  // An answer is of the act that it names; of what cannot be read at all it names none.
  const isOf = (answer, record) =>
    Boolean(answer) && (answer.counter === record.counter ? answer.act_id === record.act_id : answer.code === "act.unreadable");

  // What was not done keeps its signed text: the server may have no copy of it.
  const done = ({ sealed, ...rest }, answer) =>
    ({ ...rest, ...(answer.verdict === "refused" ? { sealed } : {}), answer, answered_at: Date.now() });

  async function settle(batch, answers) {
    let settled = batch.map((record, n) => [record, answers[n]]).filter(([record, answer]) => isOf(answer, record));
    const work = (keeps) => (tx) => {
      for (const [record, answer] of settled) {
        if (keeps) tx.objectStore("done").put(done(record, answer), record.counter);
        tx.objectStore("queue").delete(record.counter);
      }
    };
    try {
      await store.must(["queue", "done"], work(true), "relaxed"); // lost by a dead battery, it is answered again
    } catch (error) {
      if (!(error instanceof station.Full)) throw error;
      // No room for answers: what went well leaves without one, what did not waits, and is answered the same again.
      settled = settled.filter(([, answer]) => !["refused", "held"].includes(answer.verdict));
      await store.run(["queue"], "readwrite", work(false));
    }
    tellAll("answered", settled.map(([{ sealed, ...rest }, answer]) => ({ ...rest, answer })));
    return settled.length;
  }

  async function forgetOld() {
    const keys = await store.keys("done");
    if (keys.length <= KEPT) return;
    const old = await store.all("done", undefined, keys.length - KEPT);
    await store.run(["done"], "readwrite", (tx) => {
      for (const each of old) if (!store.isOpen(each)) tx.objectStore("done").delete(each.counter);
    });
  }

  // Send what waits, in order, until it is gone or nobody answers. Resolves with whether all of it got its answer.
  // Whoever cannot come again (the worker) waits for its turn: the page that sends now may be closed in the midst of it.
  function send({ inTurn = false } = {}) {
    return navigator.locks.request("station-send", { ifAvailable: !inTurn }, async (lock) => {
      if (!lock) return true;
      const device = await theDevice();
      if (!device?.device_no) return true;
      let after = 0;
      let most = MOST;
      let left = 0;
      for (;;) {
        const ahead = await store.all("queue", IDBKeyRange.lowerBound(after, true), most + 1);
        if (!ahead.length) break;
        const batch = batchOf(ahead, most);
        const waiting = Math.max(0, (await store.count("queue")) - batch.length);
        let response;
        try {
          response = await ask(device.device_no, batch, waiting);
        } catch (error) {
          if (error instanceof TypeError || error.name === "AbortError") { await heard(false); return false; }
          throw error;
        }
        // What the door refuses as a whole is sent again in smaller parts, so that one act keeps no other waiting.
        const isOfTheBatch = response.status >= 400 && response.status < 500 && !OF_THE_DOOR.includes(response.status);
        if (isOfTheBatch && batch.length > 1) { most = Math.max(1, Math.floor(batch.length / 4)); continue; }
        if (!response.ok) await heard(response.status < 500, response.status);
        if (!response.ok && !isOfTheBatch) return false;
        const told = response.ok ? await response.json().catch(() => null) : { answers: [null] };
        if (!Array.isArray(told?.answers)) { await heard(false); return false; } // somebody else answers, as in a hotel
        left += batch.length - (await settle(batch, told.answers));
        if (response.ok) await heard(true);
        after = batch[batch.length - 1].counter;
      }
      await forgetOld();
      if (!left) await layBallast();
      return !left;
    });
  }

  // Note whether the server was heard, and since when not.
  async function heard(online, status = 0) {
    const before = await net();
    const now = before.online === online ? { ...before, status } : { online, since: Date.now(), status };
    if (before.online === now.online && before.status === now.status) return;
    await store.put("state", now, "net").catch(() => {});
    tellAll("net", now);
  }

  const waiting = () => store.count("queue");

  let line = null;
  const net = async () => (line ??= (await store.get("state", "net")) ?? { online: true, since: Date.now(), status: 0 });
  events.addEventListener("net", ({ detail }) => { line = detail; });

  // What is still to be looked at. Asked for after every scan, so it is read anew only after something came or was read.
  let open = null;
  const refused = async () => {
    open ??= store.all("done").then((all) => all.filter(store.isOpen));
    try {
      return [...(await open)];
    } catch (error) {
      open = null;
      throw error;
    }
  };
  events.addEventListener("answered", ({ detail }) => { if (detail.some(store.isOpen)) open = null; });
  events.addEventListener("read", () => { open = null; });

  async function read(counter) {
    const kept = await store.get("done", counter);
    if (!kept) return;
    await store.must(["done"], (tx) => { tx.objectStore("done").put({ ...kept, read: true }, counter); });
    tellAll("read", { counter });
    tellAll("answered", []);
  }

  station.queue = { put, send, waiting, net, heard, refused, read, layBallast, tellAll, id };
})(self.station = self.station || {});
