// The word beside a wrong field: one sentence each, the first of them with the focus, and how many are left at the thumb.
(function (station) {
  "use strict";

  const { say } = station;

  const forget = (each, id) => {
    each.removeAttribute("aria-invalid");
    const rest = (each.getAttribute("aria-describedby") || "").split(" ").filter((one) => one && one !== id);
    if (rest.length) each.setAttribute("aria-describedby", rest.join(" ")); else each.removeAttribute("aria-describedby");
  };

  const clear = (door, field) => {
    const why = (field.matches("button") ? field.parentElement : field).querySelector(":scope > .why");
    if (!why) return;
    for (const each of [field, ...field.querySelectorAll("[aria-invalid]")]) forget(each, why.id);
    why.remove();
    count(door);
  };

  // Whatever is marked as wrong names its sentence, so that a screen reader says it with the field.
  const markedIn = (field) => {
    if (field.matches("[role=radiogroup]")) return [field];
    const group = field.querySelector("[role=radiogroup]");
    return group ? [group] : [...field.querySelectorAll("input, select, textarea")].slice(0, 1);
  };

  const fail = (door, name, key, values) => {
    const field = name && door.root.querySelector(`[data-field="${CSS.escape(name)}"]`);
    if (!field) { door.unplaced = [...(door.unplaced || []), say(key, values)]; count(door); return; }
    clear(door, field);
    const why = document.createElement("p");
    Object.assign(why, { className: "why", id: `why-${name}` });
    why.dataset.s = "late";
    why.append(station.icon("late"), document.createTextNode(say(key, values)));
    if (field.matches("button")) field.parentElement.prepend(why); else field.append(why);
    for (const each of markedIn(field)) {
      each.setAttribute("aria-invalid", "true");
      each.setAttribute("aria-describedby", [each.getAttribute("aria-describedby"), why.id].filter(Boolean).join(" "));
    }
    count(door);
  };

  const count = (door) => {
    const left = door.root.querySelector("[data-left]"), found = door.root.querySelectorAll(".why").length;
    const words = [...(door.unplaced || []), ...(found ? [say("doors.left", { count: found })] : [])].join(" ");
    left.hidden = !words;
    if (left.textContent !== words) left.textContent = words;
  };

  const show = (door, wrong) => {
    door.unplaced = [];
    for (const field of door.root.querySelectorAll("[data-field]")) clear(door, field);
    const seen = new Set();
    for (const [name, key, values] of wrong) {
      if (!seen.has(name)) fail(door, name, key, values);
      seen.add(name);
    }
    count(door);
    const first = door.root.querySelector(".why");
    if (!first) return;
    first.parentElement.scrollIntoView({ block: "center" });
    const target = [...first.parentElement.querySelectorAll("input, select, textarea, button")].find((each) => each.offsetParent !== null);
    if (target) target.focus({ preventScroll: true });
  };

  station.doors.wrongs = { clear, fail, show };
})(self.station = self.station || {});
