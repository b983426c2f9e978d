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

  const root = () => document.getElementById("main");

  async function show() {
    await open?.close?.();
    open = null;
    const shift = station.shift.current();
    const [name, ...params] = location.hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);
    const screen = !shift ? station.screens.start
      : await station.shift.isLocked() ? station.screens.lock
      : station.screens[name || "home"] ?? station.screens.home;
    const place = root();
    place.replaceChildren();
    window.scrollTo(0, 0);
    open = screen;
    await screen.open(place, params);
    if (!place.contains(document.activeElement)) place.focus({ preventScroll: true });
  }

  // --- the signal ----------------------------------------------------------------------------------------------------

  async function drawNet() {
    const bar = document.querySelector("[data-net]");
    const [net, waiting, refused] = await Promise.all([station.queue.net(), station.queue.waiting(), station.queue.refused()]);
    const offline = !net.online || !navigator.onLine;
    bar.hidden = !offline && !waiting;
    bar.dataset.s = offline ? "offline" : "run";
    station.fill(bar, {
      icon: station.icon(offline ? "offline" : "run"),
      word: offline ? say("net.offline", { time: station.clock(net.since) }) : say("net.sending"),
      more: offline ? say("net.kept") : "", count: String(waiting), counted: say("net.waiting"),
    });
    document.querySelector("[data-queue-count]").hidden = !waiting;
    const bad = document.querySelector("[data-refused]");
    bad.hidden = !refused.length;
    station.fill(bad, { count: say("net.refused", { n: refused.length }) });
  }

  async function send() {
    if (sending) return;
    sending = true;
    clearTimeout(timer);
    try {
      const well = await station.queue.send();
      pause = well ? 0 : Math.min(pause + 1, PAUSES.length);
    } finally {
      sending = false;
    }
    if (await station.queue.waiting()) timer = setTimeout(send, (PAUSES[Math.max(0, pause - 1)] ?? 1) * 1000);
    await drawNet();
  }

  async function later() {
    const worker = await navigator.serviceWorker?.getRegistration("/station");
    try {
      await worker?.sync?.register("queue");
    } catch (error) {
      if (error.name !== "NotAllowedError") throw error; // the browser sends only while the page is open
    }
  }

  let asked = 0;
  function soonLater() {
    if (Date.now() - asked < 5000) return;
    asked = Date.now();
    later();
  }

  function watchSignal() {
    let drawing = null;
    const soon = () => { drawing ??= setTimeout(() => { drawing = null; drawNet(); }, 60); };
    for (const type of ["queued", "answered", "net", "full"]) station.events.addEventListener(type, soon);
    // While nobody answers, the next try has its time: a pile scanned without a signal asks no server after each scan.
    station.events.addEventListener("queued", () => { if (!pause) send(); soonLater(); });
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
    await station.shift.load();
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
