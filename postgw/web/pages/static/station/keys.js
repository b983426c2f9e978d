// The device's key, which never leaves it, and the key of a shift, which the worker's PIN unlocks. Each act bears the
// signature of both, so that the server knows who did it although nobody is signed in when it is sent.
(function (station) {
  "use strict";
  const CURVE = { name: "ECDSA", namedCurve: "P-256" };
  const SIGN = { name: "ECDSA", hash: "SHA-256" };
  const ROUNDS = 210_000;
  const TRIES = 5;
  const IDLE_MS = 15 * 60_000;
  const store = station.store;

  class Locked extends Error {}

  const text = new TextEncoder();
  const base64url = (bytes) =>
    btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  const publicText = async (key) => base64url(await crypto.subtle.exportKey("raw", key));

  // Two pages that open at once must not make two keys.
  const device = () => navigator.locks.request("station-device", async () => {
    const kept = await store.get("keys", "device");
    if (kept) return kept;
    const pair = await crypto.subtle.generateKey(CURVE, false, ["sign", "verify"]);
    const made = { device_no: "", key: pair.privateKey, public_key: await publicText(pair.publicKey) };
    await store.put("keys", made, "device");
    return made;
  });

  async function lockOf(pin, salt) {
    const typed = await crypto.subtle.importKey("raw", text.encode(pin), "PBKDF2", false, ["deriveKey"]);
    return crypto.subtle.deriveKey(
      { name: "PBKDF2", hash: "SHA-256", salt, iterations: ROUNDS }, typed, { name: "AES-GCM", length: 256 }, false,
      ["wrapKey", "unwrapKey"],
    );
  }

  // Make the key of a new shift; return its public half, and what is kept of its private half.
  async function forShift(pin) {
    const pair = await crypto.subtle.generateKey(CURVE, true, ["sign", "verify"]);
    const salt = crypto.getRandomValues(new Uint8Array(16));
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const wrapped = await crypto.subtle.wrapKey("pkcs8", pair.privateKey, await lockOf(pin, salt), { name: "AES-GCM", iv });
    return { public_key: await publicText(pair.publicKey), locked: { wrapped, salt, iv } };
  }

  async function opened(locked, pin) {
    const { wrapped, salt, iv } = locked;
    return crypto.subtle.unwrapKey("pkcs8", wrapped, await lockOf(pin, salt), { name: "AES-GCM", iv }, CURVE, false, ["sign"]);
  }

  // Unlock a shift. Resolve with how many tries are left: 0 means that only a full sign-in helps; -1 that it is open.
  async function unlock(shift_no, pin) {
    const name = `shift:${shift_no}`;
    const shift = await spent(name);
    if (!shift?.locked || shift.tries < 0) return 0;
    let key;
    try {
      key = await opened(shift.locked, pin);
    } catch (error) {
      if (error.name !== "OperationError") throw error;
      if (shift.tries === 0) await changed(name, (kept) => ({ ...kept, locked: null }));
      return shift.tries;
    }
    await store.must(["keys"], (tx) => {
      tx.objectStore("keys").put({ ...shift, tries: TRIES }, name);
      tx.objectStore("keys").put({ shift_no, key, until: Date.now() + IDLE_MS }, "unlocked");
    });
    return -1;
  }

  // Take one try off before it is tried: whoever closes the page in the midst of it gets none back.
  const spent = (name) => changed(name, (kept) => (kept?.locked ? { ...kept, tries: (kept.tries ?? TRIES) - 1 } : undefined));

  // Change what is kept under a name in one step; resolve with what is kept then.
  async function changed(name, change) {
    let now;
    await store.must(["keys"], (tx) => {
      const keys = tx.objectStore("keys");
      keys.get(name).onsuccess = ({ target }) => {
        const next = change(target.result);
        now = next ?? target.result;
        if (next) keys.put(next, name);
      };
    });
    return now;
  }

  const lock = () => store.remove("keys", "unlocked");

  // Open until it was idle too long; a clock that was put back opens nothing for longer.
  const isOpen = (kept) => Boolean(kept) && kept.until - IDLE_MS - 60_000 <= Date.now() && Date.now() < kept.until;

  // The open shift, or null where a PIN is wanted.
  async function unlocked() {
    const kept = await store.get("keys", "unlocked");
    return isOpen(kept) ? kept : null;
  }

  // In one step: meanwhile it may have been locked, or another worker have unlocked a shift.
  async function touch() {
    const isStale = (kept) => isOpen(kept) && kept.until - Date.now() < IDLE_MS - 30_000;
    return isOpen(await changed("unlocked", (kept) => (isStale(kept) ? { ...kept, until: Date.now() + IDLE_MS } : undefined)));
  }

  const signature = async (key, words) => base64url(await crypto.subtle.sign(SIGN, key, text.encode(words)));

  station.Locked = Locked;
  station.keys = { device, forShift, unlock, lock, unlocked, touch, signature };
})(self.station = self.station || {});
