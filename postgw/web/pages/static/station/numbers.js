// Which number was scanned or typed: `postgw/domain/recognise.py` and the numbers it stands on, once more, for a
// device without a signal. A test holds the two to the same answer on thousands of texts; change both or none.
// In doubt the answer is `unknown`: a second scan costs a second, another's number costs a dossier.
(function (station) {
  "use strict";

  const UNKNOWN = Object.freeze({ kind: "unknown", number: "", version: 1 });
  const LONGEST = 60;

  // Python's idea of a blank, which is not JavaScript's: without U+FEFF, with the separators of ASCII.
  const BLANK = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
  const OUTER = new RegExp(`^[${BLANK}]+|[${BLANK}]+$`, "g");
  const BLANKS = new RegExp(`[${BLANK}]+`, "g");
  const SEPARATORS = new RegExp(`[${BLANK}.\\-_\\u2010-\\u2015\\u2212]`, "g");
  const LINK = /^(https?:\/\/[^?#]*\/)([^/?#]+)\/*(?:[?#][^\n]*)?$/iu;
  const LABEL = /^([0-9A-Z]{11})-([1-9][0-9]{0,2})$/;

  const strip = (text) => text.replace(OUTER, "");
  // Only a to z: `toUpperCase` makes SS of ß, and so another number of a slip.
  const capitals = (text) => text.replace(/[a-z]/g, (letter) => letter.toUpperCase());
  const bare = (text) => capitals(text.replace(SEPARATORS, ""));
  const isAscii = (text) => /^[\0-\x7f]*$/.test(text);
  // What a number brings along when it is copied off a page: long dashes, hard blanks, signs of no width.
  const plain = (text) => text
    .replace(/[\u2010-\u2014\u2212]/g, "-").replace(/[\xa0\u202f]/g, " ").replace(/[\u200b\ufeff]/g, "");

  function isDay(digits) {
    if (!/^[0-9]{6}$/.test(digits)) return false;
    const [year, month, day] = [0, 2, 4].map((at) => Number(digits.slice(at, at + 2)));
    return month >= 1 && month <= 12 && day >= 1 && day <= new Date(Date.UTC(2000 + year, month, 0)).getUTCDate();
  }

  // --- numbers with a check character ---------------------------------------------------------------------------------

  const ALPHABET = "0123456789BCFHJKMNPRTVX";
  const MEANT = { O: "0", Q: "0", I: "1", L: "1", Z: "2", S: "5", G: "6" };
  const compact = (text) => bare(text).replace(/[OQILZSG]/g, (letter) => MEANT[letter]);

  function isSound(number) {
    let sum = 0;
    for (let at = 0; at < number.length - 1; at++) sum += (at + 1) * ALPHABET.indexOf(number[at]);
    return ALPHABET[(23 - (sum % 23)) % 23] === number[number.length - 1];
  }

  function consignment(text) {
    const number = compact(text);
    return /^[0-9BCFHJKMNPRTVX]{9}[BCFHJKMNPRTVX][0-9BCFHJKMNPRTVX]$/.test(number) && isSound(number) ? number : "";
  }

  function bag(text) {
    const number = compact(text);
    return /^T[0-9BCFHJKMNPRTVX]{8}$/.test(number) && isSound(number) ? number : "";
  }

  // UPU S10: weights over the serial, 11 less the remainder by 11, where 10 is 0 and 11 is 5.
  const WEIGHTS = [8, 6, 4, 2, 3, 5, 9, 7];
  function item(text) {
    const number = bare(text);
    if (!/^[A-Z]{2}[0-9]{9}[A-Z]{2}$/.test(number)) return "";
    const rest = 11 - (WEIGHTS.reduce((sum, weight, at) => sum + weight * Number(number[2 + at]), 0) % 11);
    return Number(number[10]) === (rest === 10 ? 0 : rest === 11 ? 5 : rest) ? number : "";
  }

  // An item number with a vowel that lost digits to an input method, which must not pass for one of ours with O for 0.
  const SHORT_ITEM = /^(?=.?[OI])[A-Z]{2}[0-9]{1,8}[A-Z]{2}$/;
  const CHECKED = [["consignment", consignment], ["item", item], ["bag", bag]];

  function checked(text) {
    if (SHORT_ITEM.test(bare(text))) return null;
    for (const [kind, read] of CHECKED) {
      const number = read(text);
      if (number) return { kind, number, version: 1 };
    }
    return null;
  }

  // --- numbers that only have a shape ---------------------------------------------------------------------------------

  const MANIFEST = /^BB-([A-Z0-9]{2,6})-([0-9]{6})-([0-9]{2,4})$/;

  // Each manifest number a text can mean; several when its dashes are missing.
  function manifests(text) {
    const dashed = capitals(text).replace(/-/g, " ").replace(OUTER, "").replace(BLANKS, "-");
    if (MANIFEST.test(dashed)) return [dashed].filter(isManifest);
    const tail = bare(text);
    if (!tail.startsWith("BB")) return [];
    return [2, 3, 4, 5, 6]
      .map((desk) => `BB-${tail.slice(2, 2 + desk)}-${tail.slice(2 + desk, 8 + desk)}-${tail.slice(8 + desk)}`)
      .filter(isManifest);
  }

  function isManifest(number) {
    const [, , day, serial] = MANIFEST.exec(number) || [];
    return Boolean(day) && isDay(day) && Number(serial) > 0 && String(Number(serial)).padStart(2, "0") === serial;
  }

  const DOSSIERS = [
    /^[0-9]{3}\.[0-9]{2}\.[0-9]{2}\.[A-Y][0-9]{2}-([0-9]{6})-[0-9]{4,7}$/, // old, level 1 last
    /^[A-Y][0-9]{2}(?:\.[0-9]{1,3}){0,4}-([0-9]{6})-[0-9]{4,7}$/, // new, and a ministry's
  ];
  const KEY_HEAD = /^(?:[0-9]{7}[A-Y][0-9]{2}|[A-Y][0-9]{2,14})$/;

  const isDossier = (code) => DOSSIERS.some((shape) => isDay((shape.exec(code) || ["", ""])[1]));

  // A dossier code whose dots and dashes were left out.
  function mayBeDossier(code) {
    const key = bare(code).replace(/[^0-9A-Z]/g, "");
    return [4, 5, 6, 7].some((serial) => key.length > serial + 6
      && KEY_HEAD.test(key.slice(0, -serial - 6)) && /^[0-9]+$/.test(key.slice(-serial)) && isDay(key.slice(-serial - 6, -serial)));
  }

  function unchecked(text) {
    const found = manifests(text);
    if (found.length === 1) return { kind: "manifest", number: found[0], version: 1 };
    const code = capitals(text).replace(BLANKS, "");
    return isDossier(code) || mayBeDossier(code) ? { kind: "dossier", number: code, version: 1 } : null;
  }

  // --- what an input method made of the keys --------------------------------------------------------------------------

  // Acute, grave, hook, tilde, dot, circumflex, horn, breve; "/" is the stroke of đ. The first key is VNI's, the second
  // Telex's; Telex makes the circumflex by the letter once more.
  const KEYS = {
    "\u0301": "1S", "\u0300": "2F", "\u0309": "3R", "\u0303": "4X", "\u0323": "5J", "\u0302": "6", "\u031b": "7W",
    "\u0306": "8W", "/": "9D",
  };
  const MOST_MARKS = 2; // what the two service letters can suffer and still be made out

  // Base letters with the accents each bears; null when a sign is no work of an input method.
  function letters(text) {
    const found = [];
    for (const sign of text) {
      if (sign === "Đ" || sign === "đ") found.push(["D", "/"]);
      else if (isAscii(sign)) found.push([capitals(sign), ""]);
      else if (found.length && sign in KEYS) found[found.length - 1][1] += sign;
      else return null;
    }
    return found;
  }

  // The rows of keys of one input method: the key of each accent pressed anywhere after its letter.
  function rows(found, keyOf) {
    let made = new Set([found.map(([letter]) => letter).join("")]);
    for (let place = found.length - 1; place >= 0; place--) {
      const [letter, marks] = found[place];
      for (const mark of marks) {
        const key = keyOf(mark, letter);
        const next = new Set();
        for (const row of made) {
          for (let at = place + 1; at <= row.length; at++) next.add(row.slice(0, at) + key + row.slice(at));
          // Telex writes Ư for a W that stands alone.
          if (letter === "U" && key === "W") next.add(`${row.slice(0, place)}W${row.slice(place + 1)}`);
        }
        made = next;
      }
    }
    return made;
  }

  function mended(text) {
    const found = letters(text);
    if (!found || found.reduce((sum, [, marks]) => sum + marks.length, 0) > MOST_MARKS) return UNKNOWN;
    const pressed = [...rows(found, (mark) => KEYS[mark][0]), ...rows(found, (mark, letter) => KEYS[mark][1] || letter)];
    return only(pressed);
  }

  // The check digit guards the serial and not the letters: only numbers ending in VN are mended, which nothing touches.
  function only(pressed) {
    const numbers = new Set(pressed.map(item).filter((number) => number.endsWith("VN")));
    return numbers.size === 1 ? { kind: "item", number: [...numbers][0], version: 1 } : UNKNOWN;
  }

  // The number of a scan whose keys are not whole, from the keys that got through, in their order, and the accents that
  // the others became: [sign, how many keys had come by then]. The check digit does not guard the service letters, so
  // every place up to the accent's coming is tried, and a number is only taken when it is the only one.
  function pieced(keys, accents) {
    const link = LINK.exec(keys);
    const before = link ? link[1].length : 0;
    const marks = accents.filter(([, at]) => at > before || !before).flatMap(([sign, at]) => {
      const [letter] = capitals(sign.normalize("NFD"));
      const each = [...sign.normalize("NFD").replace(/[Đđ]/g, "/")].filter((mark) => mark in KEYS);
      return each.map((mark) => [mark, letter in KEYS ? "AEO" : letter, at - before]);
    });
    let made = new Set([capitals(unlinked(keys))]);
    if (marks.length > MOST_MARKS || [...made][0].length + marks.length !== 13) return UNKNOWN;
    marks.forEach(([mark, letter, at], done) => {
      const pressed = mark === "\u0302" ? `6${letter}` : KEYS[mark];
      const next = new Set();
      for (const row of made) {
        // Only Telex's Ư needs no letter before it.
        for (let place = mark === "\u031b" ? 0 : 1; place <= at + done; place++) {
          for (const key of pressed) next.add(row.slice(0, place) + key + row.slice(place));
        }
      }
      made = next;
    });
    return only([...made]);
  }

  // --- the one question -----------------------------------------------------------------------------------------------

  // The part of a scanned look-up link that bears the number; the text itself when it is no link.
  function unlinked(text) {
    const link = LINK.exec(strip(text));
    return link ? link[2] : text;
  }

  function recognise(given) {
    let text = unlinked(given);
    const label = LABEL.exec(strip(text).toUpperCase());
    const labelled = label && consignment(label[1]);
    if (labelled) return { kind: "consignment", number: labelled, version: Number(label[2]) };
    text = strip(plain(text).normalize("NFD"));
    if ([...text].length > LONGEST) return UNKNOWN;
    return isAscii(text) ? checked(text) || unchecked(text) || UNKNOWN : mended(text);
  }

  // A number as people read it.
  function grouped(number) {
    const own = consignment(number);
    if (own) return `${own.slice(0, 4)}-${own.slice(4, 8)}-${own.slice(8)}`;
    const post = item(number);
    if (post) return [[0, 2], [2, 5], [5, 8], [8, 11], [11, 13]].map(([from, to]) => post.slice(from, to)).join(" ");
    const sealed = bag(number);
    return sealed ? `T-${sealed.slice(1, 5)}-${sealed.slice(5)}` : number;
  }

  station.numbers = { recognise, grouped, pieced, isAscii };
})(self.station = self.station || {});
