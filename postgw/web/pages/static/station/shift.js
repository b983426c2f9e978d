// Shifts on this device: begun by a full sign-in and a short PIN, locked after a while, taken up again by the PIN. Several
// workers may have a shift on one device; each act bears the name of whoever unlocked it.
(function (station) {
  "use strict";
  const store = station.store;
  let now = null; // the shift that works, without its locked key

  const without = ({ locked, ...rest }) => rest;

  async function every() {
    const keys = (await store.keys("keys")).filter((key) => String(key).startsWith("shift:"));
    const shifts = await Promise.all(keys.map((key) => store.get("keys", key)));
    return shifts.filter((shift) => !shift.ended).sort((one, other) => other.begun_at.localeCompare(one.begun_at));
  }

  // Take up whatever shift was open; resolve with it, or null where nobody works.
  async function load() {
    const open = await station.keys.unlocked();
    const chosen = open?.shift_no ?? (await store.get("state", "shift"));
    const shift = chosen ? await store.get("keys", `shift:${chosen}`) : null;
    // Without its locked key (too many wrong PINs) a shift is taken up by nobody: only a full sign-in leads on.
    now = shift && !shift.ended && (shift.locked || open) ? without(shift) : null;
    await station.snapshot.load();
    return now;
  }

  const current = () => now;
  const isLocked = async () => !(await station.keys.unlocked());
  const isPast = (shift) => new Date(shift.ends_at) < new Date();

  // Who is signed in here; null where nobody is. Rejects where nobody answers.
  async function me() {
    const response = await fetch("/station/me", { cache: "no-store", redirect: "manual" });
    if (response.status === 403) return { may_scan: false };
    return response.ok ? response.json() : null;
  }

  // Whoever goes takes the sign-in along: the next one signs in by a password of their own.
  async function signOut() {
    await fetch("/signout", { method: "POST", redirect: "manual" });
  }

  async function begun(proof, device, name, worker_key) {
    const response = await fetch("/station/shifts", {
      method: "POST", cache: "no-store", redirect: "manual",
      headers: { "Content-Type": "application/json", "X-Form-Proof": proof, "Accept-Language": station.language },
      body: JSON.stringify({ device_key: device.public_key, device_name: name, worker_key }),
    });
    const told = response.type === "opaqueredirect" ? {} : await response.json();
    if (!response.ok) throw new Refusal(told.detail ?? station.say("shift.signed_out"));
    return told;
  }

  class Refusal extends Error {}

  // Begin a shift: keys, the server's word, and a fresh snapshot; without one there is no shift.
  async function begin(proof, name, pin) {
    const device = await station.keys.device();
    const { public_key, locked } = await station.keys.forShift(pin);
    const told = await begun(proof, device, name, public_key);
    await store.must(["keys", "state"], (tx) => {
      tx.objectStore("keys").put({ ...device, device_no: told.device_no, name: told.device_name }, "device");
      tx.objectStore("keys").put({ ...told, locked }, `shift:${told.shift_no}`);
      const state = tx.objectStore("state");
      state.put(told.shift_no, "shift");
      state.get("counter").onsuccess = ({ target }) => { state.put(Math.max(target.result ?? 0, told.last_counter), "counter"); };
    });
    await station.keys.unlock(told.shift_no, pin);
    now = without(await store.get("keys", `shift:${told.shift_no}`));
    await station.queue.layBallast();
    if (!(await station.snapshot.refresh())) throw new Refusal(station.say("shift.no_snapshot"));
    navigator.storage?.persist?.();
    return now;
  }

  async function unlock(shift_no, pin) {
    const tries = await station.keys.unlock(shift_no, pin);
    if (tries === -1) await store.must(["state"], (tx) => { tx.objectStore("state").put(shift_no, "shift"); });
    if (tries <= 0) await load();
    return tries;
  }

  async function lock() {
    await station.keys.lock();
  }

  // End the shift: told like every other act; in the same step what personal data the device had goes. The queue stays.
  async function end() {
    const { shift_no, begun_at } = now;
    const work = (tx) => {
      tx.objectStore("keys").delete("unlocked");
      tx.objectStore("keys").put({ shift_no, begun_at, ended: true }, `shift:${shift_no}`);
      for (const name of ["shift", "drafts", `snapshot:${shift_no}`]) tx.objectStore("state").delete(name);
    };
    await station.queue.put([{ kind: "shift_end", body: {} }], { together: { stores: ["keys"], work } });
    await station.snapshot.drop(shift_no);
    now = null;
  }

  station.Refusal = Refusal;
  station.shift = { load, every, current, isLocked, isPast, me, signOut, begin, unlock, lock, end, isOver: false };
})(self.station = self.station || {});
