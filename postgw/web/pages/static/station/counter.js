// The counter of a post office: what a whole trip brings, where each item goes, bags, what is fetched, the stock. Each screen
// stands on the same bench: a scanner gun, a typed number or the camera say a number, and one loud answer follows.
(function (station) {
  "use strict";
  const { say, store } = station;
  const DESK_WIDTH = "counter";
  const PATIENCE_MS = 900;

  // --- the bench -------------------------------------------------------------------------------------------------------

  // Takes numbers in from the gun, the field and the camera, one after another; Ctrl+Enter does the main thing of the screen.
  // The gun is listened to from the first moment; what comes before the screen is `ready` waits for its turn.
  function bench(root, onScan, ready = Promise.resolve()) {
    const form = root.querySelector("[data-type]");
    const place = root.querySelector("[data-camera-place]");
    let turn = ready;
    let panel = null;

    const take = (read) => {
      const done = turn.then(() => onScan(read)).catch((error) => failed(root, error));
      turn = done.catch(() => {}); // told by `done`; the next scan is taken all the same
      return done;
    };
    const readText = (text) => ({ ...station.numbers.recognise(text), text, at: performance.now() });
    const openCamera = () => {
      if (panel) return;
      // A label bears two codes; both are one scan where anybody knows whose they are.
      const keyOf = async (text) => (await known(station.numbers.recognise(text).number))?.number ?? text;
      panel = station.cameraPanel.mount(place, (text) => take(readText(text)), { keyOf, onClose: () => { panel = null; } });
    };
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = form.elements.number.value.trim();
      form.elements.number.value = "";
      form.elements.number.blur(); // the next keys are the gun's again
      if (text) take(readText(text));
    });
    form.querySelector("[data-camera]").addEventListener("click", openCamera);
    const press = (event) => {
      const main = root.querySelector("[data-main]");
      if (event.key !== "Enter" || !event.ctrlKey || event.repeat || !main || root.querySelector("dialog[open]")) return;
      event.preventDefault();
      if (main.offsetParent) main.click(); // not while its part of the screen is hidden
    };
    document.addEventListener("keydown", press);
    station.wedge.listen(take);
    return {
      take,
      close() {
        station.wedge.stop();
        document.removeEventListener("keydown", press);
        panel?.close();
        panel = null;
      },
    };
  }

  // The answer in colour, icon and word here; in sound and for the ear by `shout`.
  function answer(root, { state, word, number = "", more = "", icon = state, sound = state }) {
    const place = root.querySelector("[data-answer]");
    place.dataset.s = state;
    station.drawOver(place, () => {
      place.hidden = false;
      station.fill(place, { icon: station.icon(icon), word, number: number ? station.code(number) : "", more });
    });
    station.shout({ state, word, number, more, sound });
  }

  // Whatever stops an act is said as loudly as its success: nothing was kept.
  function failed(root, error) {
    if (error instanceof station.Full) return answer(root, { state: "late", word: say("counter.full"), more: say("counter.full_more") });
    if (error instanceof station.Locked) {
      station.shout({ state: "late", word: say("lock.title"), more: say("lock.not_pin") });
      return station.show();
    }
    answer(root, { state: "late", word: say("counter.broken"), more: say("counter.broken_more") });
    throw error;
  }

  const unreadable = (root, read) => answer(root, {
    state: "late", word: say("counter.unreadable"), number: read.text, more: say(read.kind === "dossier" ? "counter.dossier" : "counter.unreadable_more"),
  });

  // --- what is kept of work that is not done ---------------------------------------------------------------------------

  const keyOf = (name) => `counter:${name}`;

  // What was begun on this device by this office, and by whom the shift is; of yesterday's nothing is left.
  async function draft(name) {
    const kept = await store.get("state", keyOf(name));
    const { unit } = station.shift.current();
    return kept && kept.unit === unit && Date.now() - kept.begun_at < 16 * 3_600_000 ? kept : null;
  }
  const keep = (name, value) => store.put("state", { unit: station.shift.current().unit, begun_at: Date.now(), ...value }, keyOf(name));
  // The same where the acts themselves are kept already: a full disk then costs the tally alone, and no hand waits for it.
  const keepSoon = (name, value) => keep(name, value).catch((error) => { if (!(error instanceof station.Full)) throw error; });
  const forget = (name) => store.remove("state", keyOf(name));

  // What was taken along, its lists never missing.
  const books = () => ({ held: [], stock: [], routes: [], offices: {}, desks: {}, ...station.snapshot.get() });

  // --- where an item goes ----------------------------------------------------------------------------------------------

  // The pile for an item: this office's round, another office, a desk, or nobody knows.
  function pileOf(item) {
    const snapshot = books();
    if (item.route) {
      const route = snapshot.routes.find((each) => each.route_no === item.route);
      return { key: `r:${item.route}`, big: say("counter.route", { route: item.route }), small: route?.name ?? "", state: "ok" };
    }
    if (item.owner) return { key: `o:${item.owner}`, big: item.owner, small: item.commune, state: "run" };
    if (item.leg !== "return" && item.street) return { key: `d:${item.street}`, big: item.street, small: say("counter.desk"), state: "run" };
    return { key: "?", big: item.commune || say("counter.nowhere"), small: say("counter.no_route"), state: "stuck" };
  }

  const placeOf = (item) => [item.commune, item.street].filter(Boolean).join(" · ");

  // The gateway's word on a number, if it comes at once: a hand with the next envelope does not wait for a bad line.
  const asked = (number) => (navigator.onLine ? Promise.race([station.snapshot.lookup(number), new Promise((on) => setTimeout(on, PATIENCE_MS, null))]) : null);

  // The entry of an item, from the list taken along or, with a signal, from the gateway; null where nobody knows it.
  async function known(number) {
    const item = station.snapshot.item(number);
    if (item) return item;
    const found = await asked(number);
    return found && { route: "", commune: "", street: "", leg: "return", item_no: "", state: "", owner: "", ...found };
  }

  // A bag or a list with the numbers in it; null where nobody knows it.
  async function group(number) {
    const found = station.snapshot.group(number) ?? (await asked(number));
    return found?.numbers || found?.owner ? found : null;
  }

  // --- the screen ------------------------------------------------------------------------------------------------------

  const parts = {};
  let open = null;

  station.screens.counter = {
    async open(root, [name, ...params]) {
      document.body.classList.add(DESK_WIDTH);
      const part = parts[name] ?? parts.home;
      root.append(station.template(`t-counter-${parts[name] ? name : "home"}`));
      station.head({ title: say(part.title), below: station.shift.current().unit_name, back: parts[name] ? "#/counter" : "#/" });
      open = part.open(root.firstElementChild, params);
      await open;
    },
    async close() {
      document.body.classList.remove(DESK_WIDTH);
      const closing = open;
      open = null;
      (await closing)?.close(); // who leaves before a screen is ready leaves no gun listening
    },
  };

  // The home of the counter: whatever is scanned here opens what can be done with it.
  parts.home = {
    title: "counter.title",
    async open(root) {
      const snapshot = books();
      station.fill(root, { held: String(snapshot.held.length), stock: String(snapshot.stock.length), routes: String(snapshot.routes.length) });
      const made = bench(root, (read) => {
        if (read.kind === "manifest") return station.go(`#/counter/accept/${read.number}`);
        if (read.kind === "item" || read.kind === "consignment") return station.go(`#/counter/hand-out/${read.number}`);
        if (read.kind === "bag") return station.go(`#/counter/sort/${read.number}`);
        return unreadable(root, read);
      });
      const begun = await Promise.all([draft("bag"), draft("stock")]);
      await station.untouched();
      ["bag", "stock"].forEach((name, n) => { root.querySelector(`[data-begun=${name}]`).hidden = !begun[n]; });
      return made;
    },
  };

  station.counter = { parts, bench, answer, failed, unreadable, draft, keep, keepSoon, forget, books, pileOf, placeOf, known, group };
})(self.station = self.station || {});
