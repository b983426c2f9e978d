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
      asked.onerror = () => { opening = null; reject(asked.error); };
    });
    return opening;
  }

  const isFull = (error) => error && error.name === "QuotaExceededError";

  // Do `work(transaction)` in one transaction; resolve with what it returns (a request: its result) once all of it is on
  // the disk. `work` must not wait for anything but the store.
  async function run(names, mode, work) {
    const database = await opened();
    return new Promise((resolve, reject) => {
      let told;
      const transaction = database.transaction(names, mode, mode === "readwrite" ? { durability: "strict" } : undefined);
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
  const count = (name) => run([name], "readonly", (tx) => tx.objectStore(name).count());
  const keys = (name) => run([name], "readonly", (tx) => tx.objectStore(name).getAllKeys());
  const put = (name, value, key) => run([name], "readwrite", (tx) => { tx.objectStore(name).put(value, key); });
  const remove = (name, key) => run([name], "readwrite", (tx) => { tx.objectStore(name).delete(key); });

  station.Full = Full;
  station.store = { run, get, all, count, keys, put, remove };
})(self.station = self.station || {});
