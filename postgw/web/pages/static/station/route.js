// The route: my doors and desks of today by commune and street, in the order I walk them, and the page of each.
(function (station) {
  "use strict";
  const { say, screens } = station;
  const KINDS = { delivery: "paper", pickup: "hand", withdrawal: "undo", desk: "box" };
  const IS_WELL = new Set(["delivered", "collected", "ticked"]);
  const NEAR_MINUTES = 60;
  const view = { filter: "left", query: "", ordering: false, scrolled: 0 };
  let shown = null; // the list that is on the screen
  let timer = 0;

  const day = (text) => (text ? `${text.slice(8, 10)}/${text.slice(5, 7)}` : "");
  const compact = (text) => String(text ?? "").toUpperCase().replace(/[^0-9A-Z]/g, "");
  const where = (stop) => [stop.place || stop.address, stop.commune].filter(Boolean).join(", ");
  const groupOf = (stop) => `${stop.commune}\n${stop.place}`;

  // --- which comes first ---------------------------------------------------------------------------------------------

  // Whether the hour for which somebody waits has come or is about to.
  function isNear(stop, now = new Date()) {
    const minutes = now.getHours() * 60 + now.getMinutes();
    if (stop.window === "morning") return minutes < 12 * 60;
    if (stop.window === "afternoon") return minutes >= 11 * 60 + 30;
    const [from, to] = (stop.window || "").split("-").map((text) => {
      const [hour, minute] = text.split(":").map(Number);
      return hour * 60 + minute;
    });
    return Number.isFinite(from) && minutes >= from - NEAR_MINUTES && minutes <= (to || from);
  }

  // The worker's own order where there is one; else what somebody waits for now, then as the street lies.
  function inOrder(stops, order) {
    const place = new Map(order.map((number, n) => [number, n]));
    const rank = (stop) => [order.length ? place.get(stop.number) ?? Infinity : isNear(stop) ? 0 : 1];
    return stops.map((stop, n) => [stop, rank(stop), n])
      .sort(([, [one], a], [, [other], b]) => (one === other ? a - b : one - other)).map(([stop]) => stop);
  }

  // --- what is said of a stop ----------------------------------------------------------------------------------------

  function tag(state, icon, word) {
    const made = document.createElement("span");
    made.className = "st tag";
    made.dataset.s = state;
    made.append(station.icon(icon), word);
    return made;
  }

  function windowWord(stop) {
    if (stop.window === "morning" || stop.window === "afternoon") return say(`route.window_${stop.window}`);
    return stop.window ? say("route.window_hours", { hours: stop.window.replace("-", "–") }) : "";
  }

  function tagsOf(stop) {
    const tags = [];
    const today = station.journey.today();
    if (stop.window) tags.push(tag(isNear(stop) ? "warn" : "run", "due", windowWord(stop)));
    if (stop.kind === "delivery" && stop.attempts) tags.push(tag("warn", "warn", say("route.attempt", { n: stop.attempts + 1 })));
    if (stop.kind === "pickup" && stop.attempts) tags.push(tag("warn", "warn", say("route.pickup_again", { n: stop.attempts + 1 })));
    if (stop.kind !== "desk" && stop.due_on && stop.due_on < today) tags.push(tag("late", "late", say("route.overdue", { day: day(stop.due_on) })));
    const sum = (stop.money?.fee ?? 0) + (stop.money?.postage ?? 0);
    if (sum) tags.push(tag("run", "hand", say("route.take", { amount: station.dong(sum) })));
    if (stop.withdraw?.length) tags.push(tag("stuck", "undo", say("route.withdraw", { n: stop.withdraw.length })));
    if (stop.kind === "desk" && stop.lists?.length) {
      tags.push(tag("run", "box", say("route.listed", { n: stop.lists.reduce((n, list) => n + list.count, 0) })));
    }
    return tags;
  }

  function standingTag(standing) {
    const state = IS_WELL.has(standing.outcome) ? "ok" : "warn";
    return tag(state, state, say(`route.did_${standing.outcome}`, { time: station.clock(standing.at) }));
  }

  // --- the list ------------------------------------------------------------------------------------------------------

  screens.route = {
    async open(root) {
      root.append(station.template("t-route"));
      shown = root;
      const search = root.querySelector("[data-search]");
      search.value = view.query;
      search.addEventListener("input", () => { view.query = search.value; draw(); });
      for (const choice of root.querySelectorAll("[data-filter]")) {
        choice.addEventListener("click", () => { view.filter = choice.dataset.filter; view.ordering = false; draw(); });
      }
      root.querySelector("[data-order]").addEventListener("click", () => { view.ordering = !view.ordering; view.filter = "left"; view.query = search.value = ""; draw(); });
      root.querySelector("[data-plain]").addEventListener("click", async () => {
        await station.journey.keep({ ...(await station.journey.round()), order: [] });
        draw();
      });
      await draw();
      if (shown !== root || !root.querySelector(".route")) return; // somebody went on meanwhile
      if (station.route.isBack) window.scrollTo(0, view.scrolled); // from one of its stops, not from home
      station.route.isBack = false;
      for (const type of ["queued", "answered", "snapshot"]) station.events.addEventListener(type, soon);
    },
    close() {
      view.scrolled = window.scrollY;
      view.ordering = false;
      shown = null;
      for (const type of ["queued", "answered", "snapshot"]) station.events.removeEventListener(type, soon);
    },
  };

  function soon() {
    clearTimeout(timer);
    timer = setTimeout(() => { if (shown) draw(); }, 120);
  }

  async function gathered() {
    const data = station.snapshot.get() ?? { stops: [], my_routes: [], routes: [] };
    const made = await station.journey.remember(data.stops);
    const journal = await station.journey.byNumber();
    const stops = inOrder(data.stops, made.order).map((stop) => ({ stop, standing: station.journey.standing(stop, journal) }));
    const listed = new Set(data.stops.map((stop) => stop.number));
    const gone = Object.entries(made.known).filter(([number]) => !listed.has(number))
      .map(([number, known]) => ({ stop: { number, name: "", address: "", ...known }, standing: station.journey.standing({ number, ...known }, journal), isGone: true }))
      .filter(({ standing }) => standing.done);
    return { data, made, left: stops.filter(({ standing }) => !standing.done), done: [...stops.filter(({ standing }) => standing.done), ...gone] };
  }

  const fits = ({ stop }) => {
    const asked = compact(view.query);
    return !asked || [stop.number, stop.item_no, compact(stop.item_no).replace(/[A-Z]+$/, ""), stop.phone].some((each) => compact(each).endsWith(asked));
  };

  async function draw() {
    const root = shown;
    const { data, made, left, done } = await gathered();
    await station.untouched();
    if (root !== shown || !root?.querySelector(".route")) return;
    const focus = document.activeElement?.closest?.("[data-number]")?.dataset.number;
    const role = document.activeElement?.dataset?.role;
    head(data, left, done);
    counts(root, left, done);
    notes(root, data);
    const rows = (view.filter === "left" ? left : done).filter(fits);
    const list = root.querySelector("[data-list]");
    list.replaceChildren(...(rows.length ? (view.ordering ? [flat(rows)] : grouped(rows)) : [blank(data, left, done)]));
    const order = root.querySelector("[data-order]");
    order.hidden = left.length < 2;
    order.setAttribute("aria-pressed", String(view.ordering));
    station.fill(order, { order: view.ordering ? say("route.order_done") : say("route.order") });
    root.querySelector("[data-plain]").hidden = !view.ordering || !made.order.length;
    root.querySelector("[data-tools]").hidden = view.ordering;
    if (focus) refocus(list, focus, role);
  }

  function refocus(list, number, role) {
    const row = list.querySelector(`[data-number="${CSS.escape(number)}"]`);
    const wanted = row && ((role && row.querySelector(`[data-role="${role}"]:not(:disabled)`)) || row.querySelector("a, button:not(:disabled)"));
    wanted?.focus({ preventScroll: true });
  }

  function head(data, left, done) {
    const count = document.createElement("span");
    count.className = "tally";
    const all = left.length + done.length;
    count.setAttribute("role", "img");
    count.setAttribute("aria-label", say("route.counted", { done: done.length, all }));
    const big = document.createElement("b");
    big.textContent = String(done.length);
    count.append(big, ` / ${all}`);
    const routes = data.routes.filter((each) => data.my_routes.includes(each.route_no));
    const below = routes.map((each) => say("route.named", { number: each.route_no, name: each.name })).join("; ");
    station.head({ title: say("route.title"), below: below || station.shift.current().name, back: "#/", end: all ? count : null });
  }

  function counts(root, left, done) {
    for (const choice of root.querySelectorAll("[data-filter]")) {
      const of = choice.dataset.filter === "left" ? left : done;
      station.fill(choice, { n: String(of.length) });
      choice.setAttribute("aria-pressed", String(view.filter === choice.dataset.filter));
    }
    const bar = root.querySelector("progress");
    bar.max = Math.max(1, left.length + done.length);
    bar.value = done.length;
  }

  function notes(root, data) {
    const place = root.querySelector("[data-notes]");
    const hours = Math.floor(station.snapshot.age() / 3_600_000);
    const told = [];
    if (hours >= 1) told.push(say("route.old_list", { n: hours }));
    if (data.is_whole === false) told.push(say("route.not_whole"));
    place.hidden = !told.length;
    place.querySelector("p").textContent = told.join(" ");
  }

  function blank(data, left, done) {
    const made = station.template("t-route-blank").firstElementChild;
    const [title, more] = view.query ? ["route.not_found", "route.not_found_more"]
      : view.filter === "done" ? ["route.none_done", "route.none_done_more"]
      : done.length ? ["route.all_done", "route.all_done_more"]
      : data.my_routes.length ? ["route.empty", "route.empty_more"] : ["route.no_route", "route.no_route_more"];
    return station.fill(made, { title: say(title, { n: done.length }), more: say(more) });
  }

  function grouped(rows) {
    const sections = [];
    let name = null, list = null, count = 0, heading = null;
    for (const row of rows) {
      if (groupOf(row.stop) !== name) {
        name = groupOf(row.stop);
        const section = station.template("t-route-group").firstElementChild;
        [list, heading, count] = [section.querySelector("ul"), section.querySelector("h2"), 0];
        station.fill(section, { place: row.stop.place || say("route.no_place"), commune: row.stop.commune });
        sections.push(section);
      }
      list.append(rowOf(row));
      station.fill(heading, { n: String(++count) });
    }
    return sections;
  }

  function rowOf({ stop, standing, isGone }) {
    const row = station.template("t-route-stop").firstElementChild;
    row.dataset.number = stop.number;
    row.dataset.kind = stop.kind;
    const link = row.querySelector("[data-role=open]");
    station.fill(row, {
      icon: station.icon(standing.done ? (IS_WELL.has(standing.outcome) ? "ok" : "warn") : KINDS[stop.kind]), name: stop.name || station.code(stop.number),
      where: stop.kind === "desk" ? say("route.kind_desk") : [say(`route.kind_${stop.kind}`), stop.address === stop.place ? "" : stop.address].filter(Boolean).join(" · "),
    });
    link.href = `#/stop/${encodeURIComponent(stop.number)}`;
    if (isGone) { link.removeAttribute("href"); row.classList.add("gone"); }
    const marks = row.querySelector("[data-tags]");
    if (standing.done) marks.append(standingTag(standing));
    else {
      if (standing.refused) marks.append(tag("late", "late", say("route.refused")));
      else if (standing.arrived_at) marks.append(tag("run", "pin", say("route.arrived", { time: station.clock(standing.arrived_at) })));
      marks.append(...tagsOf(stop));
    }
    const call = row.querySelector("[data-role=call]");
    if (stop.phone && !standing.done) {
      call.href = `tel:${stop.phone}`;
      call.setAttribute("aria-label", say("route.call", { name: stop.name }));
    } else call.remove();
    return row;
  }

  // --- another order: by the arrows, or drawn by the handle ------------------------------------------------------------

  function flat(rows) {
    const list = document.createElement("ol");
    list.className = "ordering";
    rows.forEach(({ stop }, n) => {
      const row = station.template("t-route-move").firstElementChild;
      row.dataset.number = stop.number;
      station.fill(row, { n: String(n + 1), name: stop.name, where: where(stop) });
      for (const [role, step] of [["up", -1], ["down", 1]]) {
        const button = row.querySelector(`[data-role=${role}]`);
        button.setAttribute("aria-label", say(`route.move_${role}`, { name: stop.name }));
        button.disabled = n + step < 0 || n + step >= rows.length;
        button.addEventListener("click", () => move(rows.map((each) => each.stop.number), n, n + step));
      }
      row.querySelector("[data-role=drag]").addEventListener("pointerdown", (event) => drag(event, list, row));
      list.append(row);
    });
    return list;
  }

  async function move(numbers, from, to) {
    const [moved] = numbers.splice(from, 1);
    numbers.splice(to, 0, moved);
    await station.journey.keep({ ...(await station.journey.round()), order: numbers });
    announce(say("route.moved", { n: to + 1, all: numbers.length }));
    await draw();
  }

  function drag(event, list, row) {
    event.preventDefault();
    const handle = event.currentTarget;
    handle.setPointerCapture(event.pointerId);
    row.classList.add("held");
    const follow = ({ clientY }) => {
      const other = [...list.children].find((each) => {
        const box = each.getBoundingClientRect();
        return each !== row && clientY > box.top && clientY < box.bottom;
      });
      // The others make way: a row that leaves the page for a moment loses the pointer that holds it.
      const isBelow = other && row.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING;
      while (other && isBelow && row.previousElementSibling !== other) list.insertBefore(row.nextElementSibling, row);
      while (other && !isBelow && row.nextElementSibling !== other) list.insertBefore(row.previousElementSibling, row.nextElementSibling);
      if (clientY < 90) window.scrollBy(0, -12);
      if (clientY > window.innerHeight - 90) window.scrollBy(0, 12);
    };
    const drop = async () => {
      handle.removeEventListener("pointermove", follow);
      row.classList.remove("held");
      const order = [...list.children].map((each) => each.dataset.number);
      await station.journey.keep({ ...(await station.journey.round()), order });
      await draw();
    };
    handle.addEventListener("pointermove", follow);
    handle.addEventListener("pointerup", drop, { once: true });
    handle.addEventListener("pointercancel", drop, { once: true });
  }

  function announce(text) {
    document.querySelector("[data-announce]").textContent = text;
  }

  station.route = { isNear, inOrder, tag, tagsOf, standingTag, windowWord, where, day, announce, isBack: false };
})(self.station = self.station || {});
