// The answer to a scan for ear and hand: a tone of its own for each state, a shake, and words for a screen reader. The
// screens draw it in colour. Eyes are on the envelopes; whoever hears the low tone looks up.
(function (station) {
  "use strict";
  const MUTED = "station-muted";
  const MOST_BEHIND = 0.25; // seconds; a pile scanned faster than tones last does not sing on when it is through

  // Frequency and length of each part; [0, s] is a rest.
  const TONES = {
    ok: { wave: "sine", parts: [[1320, 0.07]], shake: [30] },
    run: { wave: "sine", parts: [[880, 0.07], [1320, 0.09]], shake: [30] },
    offline: { wave: "sine", parts: [[990, 0.06]], shake: [30] },
    warn: { wave: "triangle", parts: [[660, 0.1], [0, 0.05], [660, 0.1]], shake: [60, 50, 60] },
    stuck: { wave: "triangle", parts: [[520, 0.13], [390, 0.13], [520, 0.13], [390, 0.13]], shake: [120, 60, 120] },
    late: { wave: "square", parts: [[185, 0.45]], shake: [350] },
  };
  let voice = null;
  let busyUntil = 0;

  const isMuted = () => localStorage.getItem(MUTED) === "1";
  function mute(is) {
    if (is) localStorage.setItem(MUTED, "1");
    else localStorage.removeItem(MUTED);
  }

  function sound(name) {
    if (isMuted() || !window.AudioContext || !navigator.userActivation?.hasBeenActive) return;
    voice ??= new AudioContext();
    if (voice.state === "suspended") voice.resume();
    const isGood = name === "ok" || name === "offline";
    if (busyUntil - voice.currentTime > MOST_BEHIND && isGood) return;
    const { wave, parts } = TONES[name];
    let at = Math.max(voice.currentTime, isGood ? busyUntil : 0);
    for (const [pitch, length] of parts) {
      if (pitch) tone(wave, pitch, at, length);
      at += length;
    }
    busyUntil = at + 0.02;
  }

  function tone(wave, pitch, at, length) {
    const source = voice.createOscillator(), loud = voice.createGain();
    source.type = wave;
    source.frequency.value = pitch;
    loud.gain.setValueAtTime(wave === "square" ? 0.25 : 0.6, at);
    loud.gain.setTargetAtTime(0, at + length - 0.02, 0.008);
    source.connect(loud).connect(voice.destination);
    source.start(at);
    source.stop(at + length + 0.03);
  }

  function shake(name) {
    if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(TONES[name].shake);
  }

  // A screen reader says a text only when it has changed: the same answer twice differs by a blank of no width.
  let odd = false;
  function announce(words) {
    const place = document.querySelector("[data-announce]");
    if (!place) return;
    odd = !odd;
    place.textContent = words + (odd ? "\u200b" : "");
  }

  // `more` may be an element; what it says is read aloud.
  function shout({ state, word, number = "", more = "", sound: name = state }) {
    const known = name in TONES ? name : "late";
    sound(known);
    shake(known);
    const said = more instanceof Node ? more.textContent : more;
    announce([word, number && station.numbers.grouped(number), said].filter(Boolean).join(". "));
  }

  station.shout = Object.assign(shout, { isMuted, mute, announce });
})(self.station = self.station || {});
