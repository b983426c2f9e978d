// What the device keeps: one IndexedDB, read and written by the page and by its worker through this file alone.
//   keys       the device's key, shifts with their locked keys
//   state      the counter, snapshots, the order of the route, what was typed and not sent
//   queue      signed acts that have no answer yet, by counter
//   done       acts with their answers, the newest ones
//   undecided  scans that wait for a word of the worker
(function (station) {
  "use strict";
  const NAME = "postgw-station";
  const STORES = ["keys", "state", "queue", "done", "undecided"];
  const BALLAST = 256 * 1024;
  let opening = null;

  class Full extends Error {}

  function opened() {
    opening ??= new Promise((resolve, reject) => {
      const asked = indexedDB.open(NAME, 1);
      asked.onupgradeneeded = () => {
        for (const name of STORES) {
          if (!asked.result.objectStoreNames.contains(name)) asked.result.createObjectStore(name);
        }
      };
      asked.onsuccess = () => {
        asked.result.onversionchange = () => { asked.result.close(); opening = null; };
        asked.result.onclose = () => { opening = null; };
        resolve(asked.result);
      };
      asked.onerror = () => { opening = null; reject(isFull(asked.error) ? new Full() : asked.error); };
    });
    return opening;
  }

  const isFull = (error) => error && error.name === "QuotaExceededError";

  // Do `work(transaction)` in one transaction; resolve with what it returns (a request: its result) once all of it is on
  // the disk. `work` must not wait for anything but the store. What another may tell us again need not be flushed.
  async function run(names, mode, work, durability = "strict") {
    const database = await opened();
    return new Promise((resolve, reject) => {
      let told;
      const transaction = database.transaction(names, mode, mode === "readwrite" ? { durability } : undefined);
      transaction.oncomplete = () => resolve(told instanceof IDBRequest ? told.result : told);
      transaction.onabort = () => reject(isFull(transaction.error) ? new Full() : transaction.error ?? new Error("aborted"));
      try {
        told = work(transaction);
      } catch (error) {
        transaction.abort();
        reject(isFull(error) ? new Full() : error);
      }
    });
  }

  const get = (name, key) => run([name], "readonly", (tx) => tx.objectStore(name).get(key));
  const all = (name, range, most) => run([name], "readonly", (tx) => tx.objectStore(name).getAll(range, most));
  const count = (name, key) => run([name], "readonly", (tx) => tx.objectStore(name).count(key));
  const keys = (name) => run([name], "readonly", (tx) => tx.objectStore(name).getAllKeys());
  const put = (name, value, key) => run([name], "readwrite", (tx) => { tx.objectStore(name).put(value, key); });
  const remove = (name, key) => run([name], "readwrite", (tx) => { tx.objectStore(name).delete(key); });

  // --- a disk that is nearly full -----------------------------------------------------------------------------------

  // A block that lies there to be thrown off. Resolves with whether it lies.
  async function layBallast() {
    if (await count("state", "ballast")) return true;
    const block = new Uint8Array(BALLAST);
    for (let n = 0; n < BALLAST; n += 65_536) crypto.getRandomValues(block.subarray(n, n + 65_536)); // a disk may press noughts
    try {
      await put("state", block, "ballast");
      return true;
    } catch (error) {
      if (!(error instanceof Full)) throw error;
      return false;
    }
  }

  // What is still to be looked at: not done, and nobody has read why.
  const isOpen = (done) => ["refused", "held"].includes(done.answer.verdict) && !done.read;

  // Throw off what can be done without: the block, and the answers that say that all is well.
  async function makeRoom() {
    const done = await all("done");
    await run(["done", "state"], "readwrite", (tx) => {
      for (const each of done) if (!isOpen(each)) tx.objectStore("done").delete(each.counter);
      tx.objectStore("state").delete("ballast");
    });
  }

  // Write what must be written, if need be at the cost of all that can be done without. Resolves with whether it cost that.
  async function must(names, work, durability) {
    try {
      await run(names, "readwrite", work, durability);
      return false;
    } catch (error) {
      if (!(error instanceof Full)) throw error;
    }
    await makeRoom();
    await freed(() => run(names, "readwrite", work, durability));
    return true;
  }

  // A browser gives room back a moment after it was told to.
  async function freed(write) {
    for (const pause of [0, 100, 400, 1000]) {
      if (pause) await new Promise((on) => setTimeout(on, pause));
      try {
        return await write();
      } catch (error) {
        if (!(error instanceof Full) || pause === 1000) throw error;
      }
    }
  }

  station.Full = Full;
  station.store = { run, must, get, all, count, keys, put, remove, layBallast, makeRoom, isOpen };
})(self.station = self.station || {});
