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

  async function device() {
    const kept = await store.get("keys", "device");
    if (kept) return kept;
    const pair = await crypto.subtle.generateKey(CURVE, false, ["sign", "verify"]);
    const made = { device_no: "", key: pair.privateKey, public_key: await publicText(pair.publicKey) };
    await store.put("keys", made, "device");
    return made;
  }

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
    const shift = await store.get("keys", `shift:${shift_no}`);
    if (!shift?.locked) return 0;
    try {
      const key = await opened(shift.locked, pin);
      await store.put("keys", { ...shift, tries: TRIES }, `shift:${shift_no}`);
      await store.put("keys", { shift_no, key, until: Date.now() + IDLE_MS }, "unlocked");
      return -1;
    } catch (error) {
      if (error.name !== "OperationError") throw error;
      const tries = (shift.tries ?? TRIES) - 1;
      await store.put("keys", tries > 0 ? { ...shift, tries } : { ...shift, tries, locked: null }, `shift:${shift_no}`);
      return tries;
    }
  }

  const lock = () => store.remove("keys", "unlocked");

  // The open shift, or null where a PIN is wanted.
  async function unlocked() {
    const kept = await store.get("keys", "unlocked");
    return kept && Date.now() < kept.until ? kept : null;
  }

  async function touch() {
    const kept = await unlocked();
    if (kept && kept.until - Date.now() < IDLE_MS - 30_000) await store.put("keys", { ...kept, until: Date.now() + IDLE_MS }, "unlocked");
    return Boolean(kept);
  }

  const signature = async (key, words) => base64url(await crypto.subtle.sign(SIGN, key, text.encode(words)));

  station.Locked = Locked;
  station.keys = { device, forShift, unlock, lock, unlocked, touch, signature };
})(self.station = self.station || {});
