// Keeps the day's page fresh. Without this file the page says how old it is and is loaded anew by its link.
// A stream says that the figures were looked at; only when they changed is the part of the page asked for again.
"use strict";
(() => {
  const fresh = document.getElementById("fresh");
  if (!fresh || !document.getElementById("day") || !window.EventSource) return;
  const [good, lost] = fresh.querySelectorAll(".st");
  const as = fresh.querySelector(".as");
  const time = fresh.querySelector("time");
  const link = fresh.querySelector("a");
  const LATE = 20000; // four looks long nothing was heard
  let at = new Date(time.dateTime), heard = Date.now(), stream = null, over = false, again = 0, asked = Date.now();

  const show = (isLive) => {
    good.hidden = !isLive;
    lost.hidden = isLive;
    link.hidden = isLive;
    if (isLive) {
      good.lastElementChild.textContent = fresh.dataset.live;
      as.textContent = "· " + fresh.dataset.new;
      time.hidden = false;
    } else {
      const minutes = Math.max(1, Math.floor((Date.now() - heard) / 60000));
      lost.lastElementChild.textContent = over ? fresh.dataset.over : fresh.dataset.lost;
      as.textContent = over ? "" : "· " + fresh.dataset.old.replace("{n}", minutes);
      time.hidden = true;
    }
    lost.dataset.s = over ? "late" : "offline";
  };

  const hear = (event) => {
    const said = JSON.parse(event.data);
    heard = Date.now();
    at = new Date(said.at);
    time.dateTime = said.at;
    time.textContent = said.clock;
    show(true);
  };

  // Nothing is exchanged under a finger: what it pressed would be gone before it lets go, and the click with it.
  let lifted = Promise.resolve(), lift = () => {};
  addEventListener("pointerdown", (event) => { if (event.isPrimary) lifted = new Promise((on) => { lift = on; }); }, true);
  for (const end of ["pointerup", "pointercancel"]) addEventListener(end, (event) => { if (event.isPrimary) setTimeout(lift); }, true);

  // Focus stays where it was, by key or by address: somebody may be about to press Enter.
  const replace = (text) => {
    const page = new DOMParser().parseFromString(text, "text/html");
    const old = document.getElementById("day");
    const made = page.getElementById("day");
    if (!made) return;
    const here = old.contains(document.activeElement) ? document.activeElement : null;
    const href = here?.getAttribute("href");
    old.replaceWith(document.adoptNode(made));
    if (href) [...made.querySelectorAll("a")].find((each) => each.getAttribute("href") === href)?.focus();
  };

  const ask = async () => {
    const answer = await fetch("/desk/live/part", { headers: { Accept: "text/html" } });
    if (answer.status === 403) { end(); return; }
    asked = Date.now();
    if (!answer.ok) return;
    const text = await answer.text();
    await lifted;
    replace(text);
  };

  const end = () => {
    over = true;
    stop();
    show(false);
  };

  const stop = () => {
    clearTimeout(again);
    stream?.close();
    stream = null;
  };

  const start = () => {
    if (over || stream) return;
    stream = new EventSource("/desk/live");
    // What changed before the stream was open was said to nobody.
    stream.onopen = () => { if (Date.now() - asked > 3000) ask().catch(() => {}); };
    stream.addEventListener("same", hear);
    stream.addEventListener("changed", (event) => { hear(event); ask().catch(() => show(false)); });
    stream.addEventListener("over", end);
    // A browser asks again by itself unless the answer was a refusal; then we ask why, and later once more.
    stream.onerror = () => {
      if (stream?.readyState !== EventSource.CLOSED) return;
      stop();
      ask().then(() => { heard = Date.now(); }).catch(() => {}).finally(() => { again = setTimeout(start, 10000); });
    };
  };

  // Who looks at another page needs no stream; who comes back sees the newest at once.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) { stop(); return; }
    ask().then(() => { heard = Date.now(); }).catch(() => {});
    start();
  });
  addEventListener("pagehide", stop);
  setInterval(() => { if (over || Date.now() - heard > LATE) show(false); }, 1000);
  start();
})();
