// What every screen of the station uses: templates, icons, sentences, the way from screen to screen.
(function (station) {
  "use strict";
  const words = () => (station.words ??= JSON.parse(document.getElementById("words").content.textContent));

  // A sentence in the language of the page, its places filled; English tells one from many: {n:item|items}.
  function say(key, values = {}) {
    const template = words()[key];
    if (template === undefined) throw new Error(`no sentence ${key}`);
    return template.replace(/\{(\w+)(?::([^|}]*)\|([^}]*))?\}/g, (whole, name, one, many) => {
      if (!(name in values)) return whole;
      const value = String(values[name]);
      return one === undefined ? value : value === "1" ? one : many;
    });
  }

  function template(id) {
    const kept = document.getElementById(id);
    if (!kept) throw new Error(`no template ${id}`);
    return kept.content.cloneNode(true);
  }

  const icon = (name) => document.getElementById(`icon-${name}`).content.firstElementChild.cloneNode(true);

  // Fill the places of an element: every [data-slot="name"] gets the text of that name; an empty one is hidden.
  function fill(element, values) {
    for (const place of element.querySelectorAll("[data-slot]")) {
      const value = values[place.dataset.slot];
      if (value === undefined) continue;
      if (value instanceof Node) place.replaceChildren(value); else place.textContent = value;
      place.hidden = value === "" || value === null;
    }
    return element;
  }

  // A number as people read it, its groups set apart by margins so that a copy bears no blanks.
  function code(number) {
    const shown = document.createElement("span");
    shown.className = "code s10";
    for (const part of station.numbers ? station.numbers.grouped(number).split(" ") : [number]) {
      const group = document.createElement("i");
      group.textContent = part;
      shown.append(group);
    }
    return shown;
  }

  // Clocks of the station are Vietnam's, whatever the device is set to.
  const digits = { timeZone: "Asia/Ho_Chi_Minh", hourCycle: "h23", hour: "2-digit", minute: "2-digit" };
  const minutes = new Intl.DateTimeFormat("en-GB", digits);
  const withSeconds = new Intl.DateTimeFormat("en-GB", { ...digits, second: "2-digit" });
  const clock = (moment, seconds = false) => (seconds ? withSeconds : minutes).format(new Date(moment));
  const dong = (amount) => String(amount).replace(/\B(?=(\d{3})+(?!\d))/g, ".");

  // The bar on top: title, what stands below it, where back leads, what stands at its end.
  function head({ title, below = "", back = "", end = null }) {
    const bar = document.querySelector("[data-head]");
    fill(bar, { title, below });
    const way = bar.querySelector(".back");
    way.hidden = !back;
    if (back) way.href = back; else way.removeAttribute("href");
    bar.querySelector("[data-end]").replaceChildren(...(end ? [end] : []));
    document.title = `${title} · ${say("page.name")}`;
  }

  // Resolves when no finger is down. Nothing is drawn anew under a finger: what it pressed would be gone, or be another
  // thing, before it lets go. Asked for when all is at hand: while a disk is read there is time to press.
  const fingers = new Set();
  let waits = [];
  const untouched = () => (fingers.size ? new Promise((on) => { waits.push(on); }) : Promise.resolve());
  function letGo() {
    if (fingers.size) return;
    for (const on of waits) on();
    waits = [];
  }
  // A drawing that is done when no finger is down, and once however often it was asked for meanwhile.
  function calm(draw) {
    let asked = null;
    return () => (asked ??= untouched().then(() => { asked = null; return draw(); }));
  }

  // Draw at once what waits for no finger, and let nothing below it move until the fingers are gone: what grew lies over the
  // rest, and a press goes through it.
  function drawOver(place, draw) {
    if (!fingers.size) return draw();
    const height = () => place.getBoundingClientRect().height;
    const room = height() + (parseFloat(place.style.marginBottom) || 0);
    draw();
    place.classList.add("over");
    place.style.marginBottom = `${room - height()}px`;
    untouched().then(() => { place.classList.remove("over"); place.style.marginBottom = ""; });
  }

  // The click follows the release; what waits comes after it.
  const lift = ({ pointerId }) => { fingers.delete(pointerId); setTimeout(letGo); };
  // The first finger of a hand finds no other: one whose end nobody told of is gone.
  function press({ pointerId, isPrimary }) {
    if (isPrimary) fingers.clear();
    fingers.add(pointerId);
  }
  self.addEventListener("pointerdown", press, { capture: true, passive: true });
  for (const type of ["pointerup", "pointercancel"]) self.addEventListener(type, lift, { capture: true, passive: true });
  self.addEventListener("blur", () => { fingers.clear(); letGo(); });

  const go = (hash) => { if (location.hash === hash) station.show(); else location.hash = hash; };

  Object.assign(station, { say, template, icon, fill, code, clock, dong, head, go, untouched, calm, drawOver, screens: station.screens ?? {} });
})(self.station = self.station || {});
