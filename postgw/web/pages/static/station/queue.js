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
  const BALLAST = 256 * 1024;

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

  async function keep(records) {
    const work = (tx) => {
      for (const each of records) tx.objectStore("queue").add(each, each.counter);
      tx.objectStore("state").put(records[records.length - 1].counter, "counter");
    };
    try {
      await store.run(["queue", "state"], "readwrite", work);
    } catch (error) {
      if (!(error instanceof station.Full)) throw error;
      await makeRoom();
      tellAll("full", {});
      await store.run(["queue", "state"], "readwrite", work);
    }
  }

  // A nearly full disk first costs what can be done without: the answers of old, and a block that lies there for this.
  async function makeRoom() {
    await store.run(["done", "state"], "readwrite", (tx) => { tx.objectStore("done").clear(); tx.objectStore("state").delete("ballast"); });
  }

  async function layBallast() {
    if (await store.get("state", "ballast")) return;
    const block = new Uint8Array(BALLAST);
    for (let n = 0; n < BALLAST; n += 65_536) crypto.getRandomValues(block.subarray(n, n + 65_536)); // a disk may press noughts
    try {
      await store.put("state", block, "ballast");
    } catch (error) {
      if (!(error instanceof station.Full)) throw error;
      tellAll("full", {});
    }
  }

  // Sign acts and keep them, all or none. Resolve once they are on the disk.
  // Rejects with Locked when the PIN is wanted first, with Full when the disk takes nothing more: then nothing was kept.
  async function put(items, more = {}) {
    const asked = items.map((item) => ({ at: new Date(), ...item }));
    const records = await navigator.locks.request("station-queue", async () => {
      const [device, open, last] = await Promise.all([
        store.get("keys", "device"), station.keys.unlocked(), store.get("state", "counter"),
      ]);
      if (!device?.device_no || !open) throw new station.Locked();
      const made = await Promise.all(asked.map((item, n) => signed(item, (last ?? 0) + 1 + n, device, open, more)));
      await keep(made);
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
        body: JSON.stringify({ device: device_no, sent_at: new Date().toISOString(), waiting, acts: batch.map((each) => each.sealed) }),
      });
    } finally {
      clearTimeout(timer);
    }
  }

  async function settle(batch, answers) {
    const settled = batch.map((record, n) => [record, answers[n]]).filter(([, answer]) => answer);
    await store.run(["queue", "done"], "readwrite", (tx) => {
      for (const [{ sealed, ...rest }, answer] of settled) {
        tx.objectStore("done").put({ ...rest, answer, answered_at: Date.now() }, rest.counter);
        tx.objectStore("queue").delete(rest.counter);
      }
    });
    tellAll("answered", settled.map(([{ sealed, ...rest }, answer]) => ({ ...rest, answer })));
    return settled.length;
  }

  async function forgetOld() {
    const keys = await store.keys("done");
    if (keys.length <= KEPT) return;
    const done = await store.all("done", undefined, keys.length - KEPT);
    await store.run(["done"], "readwrite", (tx) => {
      for (const each of done) if (each.answer.verdict !== "refused" || each.read) tx.objectStore("done").delete(each.counter);
    });
  }

  // Send what waits, in order, until it is gone or nobody answers. Resolves with whether the server answered.
  function send() {
    return navigator.locks.request("station-send", { ifAvailable: true }, async (lock) => {
      if (!lock) return true;
      const device = await store.get("keys", "device");
      if (!device?.device_no) return true;
      let after = 0;
      let most = MOST;
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
        if (response.status === 413 && most > 1) { most = Math.max(1, Math.floor(most / 4)); continue; }
        if (!response.ok) { await heard(response.status < 500, response.status); return false; }
        const told = await response.json().catch(() => null);
        if (!told) { await heard(false); return false; }
        await settle(batch, told.answers);
        await heard(true);
        after = batch[batch.length - 1].counter;
      }
      await forgetOld();
      return true;
    });
  }

  // Note whether the server was heard, and since when not.
  async function heard(online, status = 0) {
    const before = (await store.get("state", "net")) ?? { online: true, since: Date.now() };
    const net = before.online === online ? { ...before, status } : { online, since: Date.now(), status };
    if (before.online !== net.online || before.status !== net.status) await store.put("state", net, "net").catch(() => {});
    tellAll("net", net);
  }

  const waiting = () => store.count("queue");
  const net = async () => (await store.get("state", "net")) ?? { online: true, since: Date.now() };
  // Asked for after every scan: the answers are only gone through again when one has come.
  let unread = null;
  events.addEventListener("answered", () => { unread = null; });
  function refused() {
    unread ??= store.all("done").then(
      (done) => done.filter((each) => ["refused", "held"].includes(each.answer.verdict) && !each.read),
      (error) => { unread = null; throw error; },
    );
    return unread;
  }

  async function read(counter) {
    const kept = await store.get("done", counter);
    if (kept) await store.put("done", { ...kept, read: true }, counter);
    tellAll("answered", []);
  }

  station.queue = { put, send, waiting, net, heard, refused, read, layBallast, tellAll, id };
})(self.station = self.station || {});
