// The frame around the screens: who works here, whether there is a signal, how much waits; and which screen is shown.
(function (station) {
  "use strict";
  const { store, say } = station;
  const RENEW_MS = 5 * 60_000;
  const PAUSES = [1, 2, 4, 8, 15, 30];
  let open = null; // the screen that is shown
  let pause = 0;
  let timer = null;
  let sending = false;
  let turn = 0;

  const root = () => document.getElementById("main");

  // Whoever asks for a screen while another one is being put away gets it, and the one before is not shown any more.
  async function show() {
    const mine = ++turn;
    const before = open;
    open = null;
    await before?.close?.();
    const shift = station.shift.current();
    const [name, ...params] = location.hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);
    const screen = !shift ? station.screens.start
      : await station.shift.isLocked() ? (name === "start" ? station.screens.start : station.screens.lock)
      : station.screens[name || "home"] ?? station.screens.home;
    await station.untouched();
    if (mine !== turn) return;
    const place = root();
    place.replaceChildren();
    window.scrollTo(0, 0);
    open = screen;
    await screen.open(place, params);
    if (!place.contains(document.activeElement)) place.focus({ preventScroll: true });
  }

  // --- the signal ----------------------------------------------------------------------------------------------------

  // The line always stands there: a door is not to be another one because the signal came or went.
  async function drawNet() {
    const bar = document.querySelector("[data-net]");
    const [net, waiting, refused] = await Promise.all([station.queue.net(), station.queue.waiting(), station.queue.refused()]);
    await station.untouched();
    const offline = !net.online || !navigator.onLine;
    const stuck = !offline && net.status >= 400 && waiting > 0;
    const state = offline ? "offline" : stuck ? "stuck" : waiting ? "run" : "ok";
    bar.dataset.s = state;
    station.fill(bar, { icon: station.icon(state), word: say(`net.${state}`, { time: station.clock(net.since), status: net.status }), more: say(`net.${state}_more`) });
    count(bar.querySelector("[data-queue-count]"), waiting, say("net.waiting"));
    count(bar.querySelector("[data-refused]"), refused.length, say("net.refused"));
  }

  function count(way, n, counted) {
    way.hidden = !n;
    station.fill(way, { count: String(n), counted });
  }

  // Whatever goes wrong, what waits is tried again.
  async function send() {
    if (sending) return;
    sending = true;
    clearTimeout(timer);
    let well = false;
    try {
      well = await station.queue.send();
    } finally {
      sending = false;
      pause = well ? 0 : Math.min(pause + 1, PAUSES.length);
      timer = setTimeout(sendWaiting, (PAUSES[Math.max(0, pause - 1)] ?? 1) * 1000);
    }
    await drawNet();
  }

  const sendWaiting = async () => { if (await station.queue.waiting()) await send(); };

  // Ask the browser to wake the worker when there is a signal: at once, then not more often than now and then.
  const ASKED_MS = 3000;
  let asked = 0;
  let askAgain = null;
  function wakeLater() {
    const over = asked + ASKED_MS - performance.now();
    if (asked && over > 0) { askAgain ??= setTimeout(() => { askAgain = null; wakeLater(); }, over); return; }
    asked = performance.now();
    later();
  }

  async function later() {
    const worker = await navigator.serviceWorker?.getRegistration("/station");
    try {
      await worker?.sync?.register("queue");
    } catch (error) {
      // Not allowed, or no worker yet: the browser sends only while the page is open.
      if (!["NotAllowedError", "InvalidStateError", "UnknownError"].includes(error.name)) throw error;
    }
  }

  // Told until there is room again: the warning, or the refusal of what could not be kept.
  async function drawFull({ kept }) {
    navigator.vibrate?.(kept ? 200 : [300, 100, 300, 100, 300]);
    await station.untouched();
    const bar = document.querySelector("[data-full]");
    if (!bar.hidden && kept && bar.dataset.s === "late") return;
    bar.hidden = false;
    bar.dataset.s = kept ? "warn" : "late";
    station.fill(bar, { word: say(kept ? "full.near" : "full.full"), more: say(kept ? "full.near_more" : "full.full_more") });
  }

  async function drawRoom() {
    await station.untouched();
    document.querySelector("[data-full]").hidden = true;
  }

  function watchSignal() {
    station.events.addEventListener("full", ({ detail }) => drawFull(detail));
    station.events.addEventListener("room", drawRoom);
    let drawing = null;
    const soon = () => { drawing ??= setTimeout(() => { drawing = null; drawNet(); }, 60); };
    for (const type of ["queued", "answered", "net", "full"]) station.events.addEventListener(type, soon);
    // Where nobody answers, the next try is on its way already: it is not for every act to build a batch in vain.
    station.events.addEventListener("queued", () => { if (!pause) send(); wakeLater(); });
    window.addEventListener("online", () => { pause = 0; send(); renew(); });
    window.addEventListener("offline", soon);
    document.addEventListener("visibilitychange", () => { if (!document.hidden) { pause = 0; send(); } });
    setInterval(renew, RENEW_MS);
    setInterval(lockWhenIdle, 20_000);
    for (const type of ["pointerdown", "keydown"]) document.addEventListener(type, touched, { capture: true, passive: true });
  }

  async function renew() {
    if (document.hidden || !station.shift.current() || (await station.shift.isLocked())) return;
    await station.snapshot.refresh();
  }

  let lastTouch = 0;
  function touched() {
    if (Date.now() - lastTouch < 20_000) return;
    lastTouch = Date.now();
    station.keys.touch();
  }

  async function lockWhenIdle() {
    if (station.shift.current() && open !== station.screens.lock && (await station.shift.isLocked())) await show();
  }

  // --- the first moment ----------------------------------------------------------------------------------------------

  async function registerWorker() {
    if (!("serviceWorker" in navigator)) return;
    await navigator.serviceWorker.register("/station/worker.js", { scope: "/station", updateViaCache: "none" });
  }

  async function begin() {
    station.language = document.documentElement.lang;
    if (!self.isSecureContext || !self.crypto?.subtle || !self.indexedDB || !navigator.locks) {
      root().replaceChildren(station.template("t-no-secure"));
      return;
    }
    try {
      await station.shift.load();
    } catch (error) { // the browser's store is shut or broken
      root().replaceChildren(station.template("t-no-secure"));
      throw error;
    }
    watchSignal();
    window.addEventListener("hashchange", show);
    await show();
    await drawNet();
    await registerWorker().catch(() => {}); // without a worker the page works as long as it is open
    send();
  }

  Object.assign(station, { show, send, begin });
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin); else begin();
})(self.station = self.station || {});
