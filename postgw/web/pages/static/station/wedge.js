// Hand scanners are keyboards that type very fast, into machines that may be set to Vietnamese input. Two readings are
// kept of every scan: the keys (`event.code`, which no input method rewrites) and the characters they became. An input
// method can still swallow a key altogether and send Backspace and an accented letter instead, which bear no code; then
// the keys are not whole, and only a number that explains every missing key is taken. In doubt the scan is refused.
// While a field has the focus its keys are its own; shortcuts, and Enter on a button, stay what they are.
(function (station) {
  "use strict";

  const SILENCE = 60; // ms after which a gun that sends no Enter is through
  const PATIENCE = 250; // the same for one that sends Enter, or types slowly: its pauses are stumbles
  const AFTERWARDS = 400; // an Enter this long after a scan that ended by silence belongs to it
  const ENOUGH = 6; // signs that silence ends: the shortest number has nine, and input methods swallow some
  const FEW = 3; // signs that Enter ends; whoever presses one key and then Enter presses a button
  const CHECKED = new Set(["consignment", "item", "bag"]);
  const UNKNOWN = { kind: "unknown", number: "", version: 1 };

  // What a key types on the keyboard that guns imitate, without and with Shift.
  const SIGNS = {
    Minus: "-_", Equal: "=+", Slash: "/?", Period: ".>", Comma: ",<", Semicolon: ";:", Quote: "'\"", Backquote: "`~",
    BracketLeft: "[{", BracketRight: "]}", Backslash: "\\|", Space: "  ", NumpadSubtract: "--", NumpadDecimal: "..",
    NumpadDivide: "//", NumpadAdd: "++", NumpadMultiply: "**",
  };
  const SHIFTED_DIGITS = ")!@#$%^&*(";
  const ENDS = new Set(["Enter", "Tab"]);
  const HIDDEN = new Set(["Process", "Unidentified", "Dead"]); // the key is known, its character not yet
  const MODIFIERS = new Set(["Shift", "CapsLock", "NumLock", "AltGraph", "Alt", "Control", "Meta", "Fn"]);
  const NO_TEXT = new Set(["button", "checkbox", "radio", "submit", "reset", "range", "color", "file", "image"]);

  function signOf({ code, shiftKey }) {
    if (/^Key[A-Z]$/.test(code)) return code[3];
    if (/^Digit\d$/.test(code)) return shiftKey ? SHIFTED_DIGITS[code[5]] : code[5];
    if (/^Numpad\d$/.test(code)) return code[6];
    return code in SIGNS ? SIGNS[code][shiftKey ? 1 : 0] : "";
  }

  // A named key ("Enter", "Process") is a word of ASCII; everything else is what was typed.
  const isText = (key) => [...key].length === 1 || !station.numbers.isAscii(key);

  function takesText(element) {
    if (!element || element === document.body) return false;
    const { tagName, isContentEditable, type } = element;
    return isContentEditable || tagName === "TEXTAREA" || tagName === "SELECT" || (tagName === "INPUT" && !NO_TEXT.has(type));
  }

  // --- what a burst of keys was -----------------------------------------------------------------------------------------

  const started = (at) => ({
    last: at, signs: 0, slow: false, late: false,
    codes: "", chars: [], // the two readings: keys; and what would stand on the screen, with how many keys there were
    coded: false, uncoded: false, rubbed: false, // signs with a code, signs without, signs rubbed out
    hidden: 0, composed: false, // keys whose character is still with the input method; whether any was
    doubtful: false,
  });

  const shown = (burst) => burst.chars.map(([sign]) => sign).join("");
  const isHoled = (burst) => burst.uncoded || burst.rubbed;
  const isSame = (one, other) => one.kind === other.kind && one.number === other.number && one.version === other.version;

  function read(burst) {
    const { numbers } = station;
    const text = shown(burst);
    if (burst.doubtful) return UNKNOWN;
    const byChars = burst.hidden ? UNKNOWN : numbers.recognise(text);
    const isUntouched = !burst.rubbed && !burst.composed && numbers.isAscii(text);
    if (!burst.coded) return isUntouched ? byChars : UNKNOWN;
    const byKeys = numbers.recognise(burst.codes);
    if (isHoled(burst)) return pieced(burst, byKeys, byChars);
    if (byKeys.kind === "unknown") return isUntouched ? byChars : UNKNOWN; // another keyboard than guns imitate
    return byChars.kind === "unknown" || isSame(byKeys, byChars) ? byKeys : UNKNOWN;
  }

  // Keys are missing. What has no check digit may then be another number, and is not taken.
  function pieced(burst, byKeys, byChars) {
    if (byKeys.kind !== "unknown") return CHECKED.has(byKeys.kind) && isSame(byKeys, byChars) ? byKeys : UNKNOWN;
    return station.numbers.pieced(burst.codes, burst.chars.filter(([sign]) => !station.numbers.isAscii(sign)));
  }

  // --- keys as they come ------------------------------------------------------------------------------------------------

  let hear = null, burst = null, timer = 0, altCode = "", silentEnd = -Infinity, sendsEnter = false;

  function finish(at, bySilence) {
    const ended = burst;
    burst = null;
    clearTimeout(timer);
    if (bySilence) silentEnd = at;
    else sendsEnter = true;
    const text = isHoled(ended) ? shown(ended) : ended.codes;
    hear({ ...read(ended), text, at });
  }

  const limit = () => (burst.signs < ENOUGH || burst.slow || sendsEnter ? PATIENCE : SILENCE);

  function arm(after) {
    clearTimeout(timer);
    timer = setTimeout(silence, after);
  }

  function silence() {
    if (!burst) return;
    const over = performance.now() - burst.last - limit();
    if (over < 0) return arm(-over);
    // The page was busy: keys that were pressed in time may still be waiting behind this timer.
    if (over > 25 && !burst.late) {
      burst.late = true;
      return arm(20);
    }
    if (burst.signs >= ENOUGH) finish(burst.last, true);
    else burst = null;
  }

  function add(at, sign, text) {
    if (burst && at - burst.last > PATIENCE && burst.signs < ENOUGH) burst = null; // a lone key from before
    burst = burst || started(at);
    if (burst.signs && at - burst.last > SILENCE) burst.slow = true;
    burst.last = at;
    burst.late = false;
    burst.signs++;
    burst.codes += sign;
    burst[sign ? "coded" : "uncoded"] = true;
    put(text);
    arm(limit());
  }

  function put(text) {
    for (const sign of text) burst.chars.push([sign, burst.codes.length]);
  }

  function onEnd(event) {
    const isOurs = burst ? burst.signs >= FEW : event.timeStamp - silentEnd < AFTERWARDS;
    if (!isOurs) {
      burst = null;
      return;
    }
    event.preventDefault();
    if (burst) return finish(event.timeStamp, false);
    silentEnd = -Infinity;
    sendsEnter = true;
  }

  // Some guns press Ctrl+M or Ctrl+J for the end of a line; other shortcuts are somebody's, and no part of a scan.
  function onShortcut(event) {
    if (!burst) return;
    if (event.ctrlKey && (event.code === "KeyM" || event.code === "KeyJ")) onEnd(event);
    else burst.doubtful = true;
  }

  function onSign(event) {
    const isHidden = HIDDEN.has(event.key);
    if (!isHidden && !isText(event.key)) {
      if (burst) burst.doubtful = true; // an arrow, Escape, F5: what stands on the screen is no longer known
      return;
    }
    if (event.code === "Space" && !burst) return;
    event.preventDefault();
    if (event.repeat) {
      if (burst) burst.doubtful = true; // a finger rests on a key
      return;
    }
    add(event.timeStamp, signOf(event), isHidden ? "" : event.key);
    if (isHidden) {
      burst.hidden++;
      burst.composed = true;
    }
  }

  function onKeyDown(event) {
    if (!event.key || takesText(document.activeElement)) {
      burst = null;
      return;
    }
    if (event.key === "Alt") altCode = "";
    if (MODIFIERS.has(event.key)) return;
    if (event.altKey && !event.ctrlKey && /^Numpad\d$/.test(event.code)) {
      altCode += event.code[6]; // a gun that types by Alt codes, whatever the keyboard's layout
      event.preventDefault();
    } else if (event.ctrlKey || event.altKey || event.metaKey) onShortcut(event);
    else if (ENDS.has(event.key)) onEnd(event);
    else if (event.key !== "Backspace") onSign(event);
    else if (burst) {
      burst.rubbed = true;
      burst.chars.pop();
      burst.last = event.timeStamp;
      event.preventDefault();
    }
  }

  function onKeyUp(event) {
    if (event.key !== "Alt" || !altCode) return;
    const sign = String.fromCharCode(Number(altCode));
    altCode = "";
    event.preventDefault();
    if (sign === "\r" || sign === "\n" || sign === "\t") onEnd(event);
    else if (sign >= " " && sign <= "~") add(event.timeStamp, sign.toUpperCase(), sign);
  }

  function onComposed(event) {
    if (!burst || takesText(document.activeElement)) return;
    put(event.data);
    burst.composed = true;
    burst.hidden = 0;
  }

  const LISTENERS = [["keydown", onKeyDown], ["keyup", onKeyUp], ["compositionend", onComposed]];

  function stop() {
    for (const [name, listener] of LISTENERS) document.removeEventListener(name, listener, true);
    clearTimeout(timer);
    hear = burst = null;
  }

  // `onScan` is given {kind, number, version, text, at}: what was read, what stood there, and when its last key came.
  function listen(onScan) {
    stop();
    hear = onScan;
    for (const [name, listener] of LISTENERS) document.addEventListener(name, listener, true);
  }

  station.wedge = { listen, stop };
})(self.station = self.station || {});
