// What the shift is to know: its stops, the codes to expect, the lists of reasons. Taken fresh when a shift begins, renewed
// while there is a signal, and dropped with the shift.
(function (station) {
  "use strict";
  const store = station.store;
  let kept = null;
  let index = null;
  let turn = 0; // of whoever asks for a list
  let shown = 0; // the turn whose list is kept

  const keyOf = (shift) => `snapshot:${shift.shift_no}`;

  async function load() {
    const shift = station.shift.current();
    kept = shift ? (await store.get("state", keyOf(shift))) ?? null : null;
    index = null;
    return kept;
  }

  // Ask for what is new. Resolve with whether there is a snapshot from now; reject where the shift is over.
  async function refresh() {
    const shift = station.shift.current();
    if (!shift) return false;
    const mine = ++turn;
    const asked = { Authorization: `Shift ${shift.secret}`, "Accept-Language": station.language };
    let response;
    try {
      response = await fetch("/station/snapshot", {
        credentials: "omit", cache: "no-store", headers: kept?.etag ? { ...asked, "If-None-Match": kept.etag } : asked,
      });
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      await station.queue.heard(false);
      return false;
    }
    if (response.status === 304) return keep({ ...kept, taken_at: Date.now() }, mine);
    if (response.status === 401 || response.status === 403) { station.shift.isOver = true; return false; }
    if (!response.ok) return false;
    return keep({ etag: response.headers.get("ETag") ?? "", taken_at: Date.now(), data: await response.json() }, mine);
  }

  // A list that finds no room on the disk holds as long as the page is open; room is for acts first. One that was long on
  // its way takes no place of a newer one.
  async function keep(snapshot, mine) {
    if (mine < shown) return true;
    shown = mine;
    try {
      await store.put("state", snapshot, keyOf(station.shift.current()));
    } catch (error) {
      if (!(error instanceof station.Full)) throw error;
      station.queue.tellAll("full", { kept: true });
    }
    kept = snapshot;
    index = null;
    station.events.dispatchEvent(new CustomEvent("snapshot"));
    return true;
  }

  const get = () => kept?.data ?? null;

  function indexed() {
    if (!index) {
      index = new Map();
      for (const item of kept?.data.items ?? []) {
        index.set(item.number, item);
        if (item.item_no) index.set(item.item_no, item);
      }
    }
    return index;
  }

  const item = (number) => indexed().get(number) ?? null;
  const stop = (number) => {
    const known = item(number)?.number ?? number;
    const data = get();
    return [...(data?.stops ?? []), ...(data?.held ?? [])].find((each) => each.number === known) ?? null;
  };

  // A bag or a manifest with the numbers inside, or null.
  function group(number) {
    const groups = get()?.groups;
    if (groups?.bags?.[number]) return { kind: "bag", number, numbers: groups.bags[number] };
    const manifest = groups?.manifests?.[number];
    return manifest ? { kind: "manifest", ...manifest, number } : null;
  }

  const age = () => (kept ? Date.now() - kept.taken_at : Infinity);

  async function drop(shift_no) {
    await store.remove("state", `snapshot:${shift_no}`);
    if (station.shift.current()?.shift_no === shift_no) { kept = null; index = null; }
  }

  // What is known of a number elsewhere; null without a signal or where nobody knows it.
  async function lookup(number) {
    const shift = station.shift.current();
    try {
      const response = await fetch(`/station/lookup?number=${encodeURIComponent(number)}`, {
        credentials: "omit", cache: "no-store", headers: { Authorization: `Shift ${shift.secret}`, "Accept-Language": station.language },
      });
      return response.ok ? await response.json() : null;
    } catch (error) {
      if (error instanceof TypeError) return null;
      throw error;
    }
  }

  station.snapshot = { load, refresh, get, item, stop, group, age, drop, lookup };
})(self.station = self.station || {});
