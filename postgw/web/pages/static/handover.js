// A trip: scans answered without leaving the page, and signatures drawn with pen, finger or mouse.
// The page works without this file: each scan is then a page of its own, and the account signs without strokes.
"use strict";
(() => {
  const trip = () => document.getElementById("trip");
  const waiting = [];
  let running = false;

  // Only the part that shows the list is exchanged. What the hand is typing in the field meanwhile stays there.
  const exchange = (page) => {
    const typed = document.getElementById("q")?.value ?? "";
    const fresh = new DOMParser().parseFromString(page, "text/html");
    const next = fresh.getElementById("trip");
    if (!next) { location.reload(); return; }
    trip().replaceWith(next);
    const field = document.getElementById("q");
    if (field) { field.value = typed; field.focus(); }
    ready();
    sound(next.querySelector(".answered")?.dataset.s);
  };

  // A gun is faster than a line to the server: numbers wait in a row and go one by one.
  const run = async () => {
    if (running) return;
    running = true;
    while (waiting.length) {
      const [action, body] = waiting.shift();
      try {
        const answer = await fetch(action, { method: "POST", body, headers: { Accept: "text/html" } });
        exchange(await answer.text());
      } catch {
        waiting.unshift([action, body]);
        offline();
        break;
      }
    }
    running = false;
  };

  // Nothing scanned is lost: it is sent again until the line is back, and the page says so.
  const offline = () => {
    const told = document.querySelector("[data-offline]");
    if (told) told.hidden = false;
    setTimeout(run, 2000);
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-scan]")) return;
    event.preventDefault();
    const field = form.querySelector("[name=q]");
    waiting.push([form.action, new URLSearchParams(new FormData(form))]);
    field.value = "";
    field.focus();
    run();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.target.id !== "q") return;
    document.querySelector("tbody[data-pick] input[type=checkbox]")?.focus();
  });

  let voice;
  const sound = (kind) => {
    if (!kind || !window.AudioContext) return;
    try {
      voice ??= new AudioContext();
      const tone = voice.createOscillator(), loud = voice.createGain();
      tone.frequency.value = { ok: 1175, warn: 660 }[kind] ?? 220;
      loud.gain.value = 0.06;
      tone.connect(loud).connect(voice.destination);
      tone.start();
      tone.stop(voice.currentTime + (kind === "ok" ? 0.08 : 0.28));
    } catch { /* a counter without a loudspeaker still has colour and word */ }
  };

  // The strokes: black on white, written into the form as a PNG when it is sent.
  const pad = (form) => {
    const canvas = form.querySelector("canvas"), ink = canvas.getContext("2d");
    let drawing = false, drawn = false;
    const wipe = () => { ink.fillStyle = "#fff"; ink.fillRect(0, 0, canvas.width, canvas.height); drawn = false; };
    const at = (event) => {
      const box = canvas.getBoundingClientRect();
      return [(event.clientX - box.left) * canvas.width / box.width, (event.clientY - box.top) * canvas.height / box.height];
    };
    wipe();
    ink.lineWidth = 3.5;
    ink.lineCap = ink.lineJoin = "round";
    canvas.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      canvas.setPointerCapture(event.pointerId);
      drawing = drawn = true;
      ink.beginPath();
      ink.moveTo(...at(event));
      ink.lineTo(...at(event));
      ink.stroke();
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!drawing) return;
      for (const each of event.getCoalescedEvents?.() ?? [event]) ink.lineTo(...at(each));
      ink.stroke();
    });
    for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => { drawing = false; });
    form.querySelector("[data-wipe]").addEventListener("click", wipe);
    form.addEventListener("submit", () => { form.elements.picture.value = drawn ? canvas.toDataURL("image/png") : ""; });
    form.querySelector(".pad-of").hidden = false;
  };

  const ready = () => {
    for (const form of document.querySelectorAll("form[data-sign]")) pad(form);
    for (const form of document.querySelectorAll("form[data-shown-count]")) form.dispatchEvent(new Event("change", { bubbles: true }));
  };
  ready();
})();
