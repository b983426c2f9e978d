// What the forms at a door share: the stop they are about, what was typed so far, and the word beside a wrong field.
// What is typed is kept at each change, so a killed tab or a glance at the route loses nothing; it is wiped when the acts
// are queued, and bound to the worker who typed it. The acts of one form are queued together or not at all.
(function (station) {
  "use strict";

  const DAY = 24 * 3600 * 1000;
  const { say, code } = station;
  const money = (amount) => say("doors.dong", { amount: station.dong(amount) });

  const local = (date) => new Date(date.getTime() + 7 * 3600 * 1000);  // legal days are those of Viet Nam, whatever the phone says
  const dayOf = (date) => local(date).toISOString().slice(0, 10);
  const today = () => dayOf(new Date());
  const clock = (date) => local(date).toISOString().slice(11, 16);
  const dayWords = (day) => {
    const [year, month, date] = day.split("-").map(Number);
    const weekday = say("doors.weekdays").split("|")[new Date(Date.UTC(year, month - 1, date)).getUTCDay()];
    return say("doors.day", { weekday, day: String(date).padStart(2, "0"), month: String(month).padStart(2, "0") });
  };

  // ---- the draft -------------------------------------------------------------------------------------------------

  // All drafts lie in one place, so that the end of a shift drops them together.
  class Draft {
    constructor(key, worker) {
      Object.assign(this, { key, worker, closed: false, writing: null, again: null });
    }

    async open() {
      const kept = ((await station.store.get("state", "drafts")) || {})[this.key];
      return kept && kept.worker === this.worker && Date.now() - kept.at < DAY ? kept : null;
    }

    // One write at a time; whatever changed meanwhile goes with the next one.
    keep(read) {
      if (this.closed) return;
      this.again = read;
      if (!this.writing) this.writing = this.drain().finally(() => { this.writing = null; });
    }

    async drain() {
      while (this.again && !this.closed) {
        const read = this.again;
        this.again = null;
        try {
          await this.write({ ...read(), worker: this.worker, at: Date.now() });
        } catch (error) {
          if (!(error instanceof station.Full)) throw error;
          this.again = null;  // the form itself is still on the screen
        }
      }
    }

    write(draft) {
      return station.store.run(["state"], "readwrite", (tx) => {
        const state = tx.objectStore("state"), asked = state.get("drafts");
        asked.onsuccess = () => {
          const fresh = Object.entries(asked.result || {}).filter(([key, kept]) => key !== this.key && Date.now() - kept.at < DAY);
          state.put(Object.fromEntries(draft ? [...fresh, [this.key, draft]] : fresh), "drafts");
        };
      });
    }

    async wipe() {
      this.closed = true;
      await this.writing;
      await this.write(null);
    }
  }

  // ---- the form --------------------------------------------------------------------------------------------------

  class Door {
    constructor(name, root, number, plan) {
      Object.assign(this, { name, root, number, plan, glasses: {}, photo: "", open: true, busy: false });
    }

    async begin() {
      this.snapshot = station.snapshot.get() || {};
      this.shift = station.shift.current();
      this.stop = station.snapshot.stop(this.number);
      this.item = this.stop || station.snapshot.item(this.number) || {};
      if (this.item.number) this.number = this.item.number;
      this.draft = new Draft(`${this.name}:${this.number}`, this.shift.worker);
      const kept = await this.draft.open();
      if (!this.open) return;
      this.root.replaceChildren(station.template(`t-${this.name}`));
      this.form = this.root.querySelector("form");
      this.head();
      this.plan.prepare(this, kept || {});
      this.glassware();
      if (kept) this.restore(kept);
      this.listen();
      this.refresh();
    }

    close() {
      this.open = false;
      for (const glass of Object.values(this.glasses)) glass.close();
    }

    put(name, value) { station.fill(this.root, { [name]: value || "" }); }

    head() {
      const { stop, item } = this;
      station.head({ title: say(`doors.title_${this.name}`), below: this.below(), back: stop ? `#/stop/${this.number}` : "#/" });
      this.put("number", code(item.item_no || this.number));
      this.put("name", stop && stop.name);
      this.put("address", stop && [stop.address, stop.commune].filter(Boolean).filter((part, n, all) => all.findIndex((one) => one.includes(part)) === n).join(", "));
      this.put("about", stop ? this.plan.about(this) : "");
      this.root.querySelector("[data-unknown]").hidden = Boolean(stop);
      const call = this.root.querySelector("[data-call]"), phone = (stop && stop.phone) || "";
      call.hidden = !phone;
      if (phone) {
        call.href = `tel:${phone.replace(/[^+\d]/g, "")}`;
        call.setAttribute("aria-label", say("doors.call", { name: stop.name }));
      }
      for (const way of this.root.querySelectorAll("[data-to]")) way.href = `#/${way.dataset.to}/${this.number}`;
    }

    below() {
      const route = (this.snapshot.routes || []).find((one) => one.route_no === (this.item.route || ""));
      return [route && route.name, this.shift.name].filter(Boolean).join(" · ");
    }

    // ---- glass to sign on

    glassware() {
      for (const section of this.root.querySelectorAll("[data-glass]")) {
        const name = section.dataset.glass;
        const glass = station.signature.mount(section.querySelector("canvas"), () => this.changed(section));
        this.glasses[name] = glass;
        section.querySelector("[data-again]").addEventListener("click", () => glass.clear());
      }
    }

    async signature(name, signer) {
      const why = station.rules.tidy(this.value(`${name}_why`));
      if (this.value(`${name}_cannot`) !== "yes") return this.glasses[name].png();
      if (!why) return "";
      const moment = say("doors.moment", { time: clock(new Date()), day: dayWords(today()) });
      return station.signature.words([
        say("doors.cannot_sign", { name: signer }), say("doors.cannot_why", { why }),
        say("doors.cannot_by", { worker: this.shift.name || "", moment }),
      ]);
    }

    // What is wrong with a signature before it becomes a picture.
    signed(name) {
      if (this.value(`${name}_cannot`) === "yes") {
        return station.rules.text(`${name}_why`, this.value(`${name}_why`), { most: 300, missing: "doors.cannot" });
      }
      const glass = this.glasses[name];
      if (glass.isEmpty()) return [[name, "doors.signature"]];
      return glass.isTooShort() ? [[name, "doors.signature_short"]] : [];
    }

    // ---- reading and restoring

    controls(name) { return [...this.form.elements].filter((each) => each.name === name); }

    value(name) {
      const all = this.controls(name);
      if (!all.length) return "";
      if (all[0].type === "radio" || all[0].type === "checkbox") {
        const on = all.find((each) => each.checked);
        return on ? on.value : "";
      }
      return all[0].value;
    }

    read() {
      const fields = {};
      for (const each of this.form.elements) {
        if (!each.name) continue;
        if (each.type === "radio" || each.type === "checkbox") {
          if (each.checked) fields[each.name] = each.value;
          else if (!(each.name in fields)) fields[each.name] = "";
        } else if ("tail" in each.dataset) {
          fields[each.name] = [...each.value.trim()].length > 4 ? "" : each.value;  // a whole number is kept nowhere
        } else {
          fields[each.name] = each.value;
        }
      }
      const strokes = Object.fromEntries(Object.entries(this.glasses).map(([name, glass]) => [name, glass.strokes]));
      return { fields, strokes, photo: this.photo, extra: this.extra || 0 };
    }

    restore(kept) {
      for (const each of this.form.elements) {
        if (!(each.name in kept.fields)) continue;
        const was = kept.fields[each.name];
        if (each.type === "radio" || each.type === "checkbox") each.checked = each.value === was;
        else if (each.tagName !== "SELECT" || [...each.options].some((one) => one.value === was)) each.value = was;
      }
      for (const [name, glass] of Object.entries(this.glasses)) glass.restore(kept.strokes[name]);
      if (kept.photo) this.showPhoto(kept.photo);
      this.root.querySelector("[data-kept]").hidden = false;
    }

    // ---- what shows when

    listen() {
      this.form.addEventListener("input", (event) => this.changed(event.target));
      this.form.addEventListener("change", (event) => this.changed(event.target));
      this.form.addEventListener("submit", (event) => event.preventDefault());
      this.root.querySelector("[data-act]").addEventListener("click", () => this.act());
      this.root.querySelector("[data-anew]").addEventListener("click", () => this.anew());
      for (const all of this.root.querySelectorAll("[data-all]")) all.addEventListener("click", () => this.tickAll(all.dataset.all));
      const photo = this.root.querySelector("[data-photo]");
      if (photo) photo.addEventListener("click", () => this.takePhoto());
      const drop = this.root.querySelector("[data-unphoto]");
      if (drop) drop.addEventListener("click", () => { this.showPhoto(""); this.changed(drop); photo.focus(); });
    }

    changed(target) {
      const field = target.closest("[data-field]");
      if (field) this.clear(field);
      if (target.matches("[data-tail]")) this.watchTail(target);
      this.refresh();
      this.draft.keep(() => this.read());
    }

    // `data-when="a=x|b=y"`: shown when one of them holds; `=*`: when anything is chosen. `data-unless` the other way.
    refresh() {
      if (this.plan.update) this.plan.update(this);
      const holds = (rule) => rule.split("|").some((one) => {
        const [name, wanted] = one.split("="), now = this.facts && name in this.facts ? this.facts[name] : this.value(name);
        return wanted === "*" ? Boolean(now) : now === wanted;
      });
      for (const part of this.form.querySelectorAll("[data-when]")) part.hidden = !holds(part.dataset.when);
      for (const part of this.form.querySelectorAll("[data-unless]")) part.hidden = holds(part.dataset.unless);
      for (const why of this.form.querySelectorAll("[hidden] .why")) this.clear(why.parentElement);
      for (const section of this.form.querySelectorAll("[data-glass]")) {
        const glass = this.glasses[section.dataset.glass];
        if (!glass) continue;
        section.dataset.signed = glass.isEmpty() ? "" : "yes";
        const told = glass.isEmpty() ? "" : say("doors.inked");
        const place = section.querySelector("[data-inked]");
        if (place.textContent !== told) place.textContent = told;
      }
    }

    watchTail(tail) {
      const rough = station.rules.identity("", tail.value, [""]);
      if (rough.some(([, key]) => key === "doors.id_whole")) this.fail("id_tail", "doors.id_whole");
    }

    tickAll(kind) {
      const boxes = [...this.form.querySelectorAll(`input[type=checkbox][data-kind="${kind}"]`)];
      for (const box of boxes) box.checked = true;
      for (const box of boxes) this.changed(box);
    }

    async anew() {
      await this.draft.wipe();
      const again = new Door(this.name, this.root, this.number, this.plan);
      this.close();
      station.screens[this.name].door = again;
      await again.begin();
    }

    // ---- photo

    async takePhoto() {
      const taken = await station.photo.take();
      if (!this.open || !taken) return;
      this.showPhoto(taken);
      this.changed(this.root.querySelector("[data-photo]"));
      this.draft.keep(() => this.read());
    }

    async showPhoto(base64) {
      this.photo = base64;
      const shot = this.root.querySelector("[data-shot]"), word = this.root.querySelector("[data-photo-word]");
      shot.hidden = !base64;
      word.textContent = say(base64 ? "doors.photo_again" : "doors.photo");
      if (!base64) return;
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      const image = await createImageBitmap(new Blob([bytes], { type: "image/jpeg" })), canvas = shot.querySelector("canvas");
      canvas.width = 640;
      canvas.height = Math.round((640 * image.height) / image.width);
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    }

    // ---- the word beside a wrong field

    field(name) { return this.root.querySelector(`[data-field="${CSS.escape(name)}"]`); }

    clear(field) {
      const why = field.querySelector(":scope > .why");
      if (!why) return;
      for (const each of [field, ...field.querySelectorAll("[aria-invalid]")]) {
        each.removeAttribute("aria-invalid");
        const rest = (each.getAttribute("aria-describedby") || "").split(" ").filter((id) => id && id !== why.id);
        if (rest.length) each.setAttribute("aria-describedby", rest.join(" ")); else each.removeAttribute("aria-describedby");
      }
      why.remove();
      this.countLeft();
    }

    fail(name, key, values) {
      const field = this.field(name);
      if (!field || field.hidden) { this.unplaced.push(say(key, values)); return; }
      this.clear(field);
      const why = document.createElement("p");
      why.className = "why";
      why.id = `why-${name}`;
      why.dataset.s = "late";
      why.append(station.icon("late"), document.createTextNode(say(key, values)));
      field.append(why);
      const groups = field.matches("[role=radiogroup]") ? [field] : [...field.querySelectorAll("[role=radiogroup]")].slice(0, 1);
      const marked = groups.length ? groups : [...field.querySelectorAll("input, select, textarea")].slice(0, 1);
      for (const each of marked) {
        each.setAttribute("aria-invalid", "true");
        each.setAttribute("aria-describedby", [each.getAttribute("aria-describedby"), why.id].filter(Boolean).join(" "));
      }
      this.countLeft();
    }

    countLeft() {
      const left = this.root.querySelector("[data-left]"), count = this.form.querySelectorAll(".why").length;
      const words = [...(this.unplaced || []), ...(count ? [say("doors.left", { count })] : [])].join(" ");
      left.hidden = !words;
      if (left.textContent !== words) left.textContent = words;
    }

    show(wrong) {
      this.unplaced = [];
      for (const field of this.root.querySelectorAll("[data-field]")) this.clear(field);
      const seen = new Set();
      for (const [name, key, values] of wrong) {
        if (!seen.has(name)) this.fail(name, key, values);
        seen.add(name);
      }
      this.countLeft();
      const first = [...this.form.querySelectorAll(".why")].map((why) => why.parentElement)[0];
      if (!first) return;
      const target = [...first.querySelectorAll("input, select, textarea, button")].find((each) => each.offsetParent !== null);
      first.scrollIntoView({ block: "center" });
      if (target) target.focus({ preventScroll: true });
    }

    // ---- the act

    async act() {
      if (this.busy) return;
      const wrong = this.plan.check(this);
      this.show(wrong);
      if (wrong.length) return;
      this.busy = true;
      const button = this.root.querySelector("[data-act]");
      button.setAttribute("aria-busy", "true");
      try {
        const acts = await this.plan.acts(this);
        const kept = await station.queue.put(acts, { route: this.item.route || "" });
        await this.draft.wipe();
        await this.plan.done(this, acts, kept);
      } catch (error) {
        this.unkept(error);
      } finally {
        this.busy = false;
        button.removeAttribute("aria-busy");
      }
    }

    // Nothing of the form was queued, and everything still stands on the screen. After the PIN it is opened again.
    unkept(error) {
      if (station.Locked && error instanceof station.Locked) { station.show(); return; }
      const isFull = error instanceof station.Full;
      this.unplaced = [say(isFull ? "doors.full" : "doors.unkept")];
      this.countLeft();
      station.shout?.({ state: "late", word: say("doors.not_kept"), number: this.number, more: this.unplaced[0] });
      if (!isFull) throw error;
    }
  }

  // ---- the answer ------------------------------------------------------------------------------------------------

  // The next door of the round in the worker's own order, past what this device has done already.
  const nextStop = async (door) => {
    const [{ order }, journal] = [await station.journey.round(), await station.journey.byNumber()];
    const stops = station.route.inOrder(door.snapshot.stops || [], order);
    const here = stops.findIndex((one) => one.number === door.number);
    return [...stops.slice(here + 1), ...stops.slice(0, Math.max(here, 0))].find((one) => !station.journey.standing(one, journal).done) || null;
  };

  // A receipt has its number only with the server's answer; until then the screen says so.
  const told = (list, kept, acts) => new Map(kept.map((one, n) => {
    const { kind, body } = acts[n], item = document.createElement("li"), word = document.createElement("span"), answer = document.createElement("span");
    const ledger = body.ledger ? say(`doors.ledger_${body.ledger}`) : "";
    word.textContent = say(`doors.did_${kind === "scan" ? body.code : kind}`, { ...body, ledger, money: body.amount_dong ? money(body.amount_dong) : "", side: body.side ? say(`doors.side_${body.side}`) : "" });
    answer.className = "st";
    answer.dataset.s = "offline";
    answer.append(station.icon("warn"), document.createTextNode(say(kind === "fee" ? "doors.receipt_later" : "doors.waiting")));
    item.append(word, answer);
    list.append(item);
    return [one.act_id, answer];
  }));

  const SENT = { accepted: "doors.sent", known: "doors.sent", kept_aside: "doors.sent" };

  const hear = (lines) => ({ detail }) => {
    for (const { act_id, answer } of detail) {
      const place = lines.get(act_id);
      if (!place) continue;
      const isWell = answer.verdict in SENT;
      place.dataset.s = isWell ? "ok" : "late";
      place.replaceChildren(station.icon(isWell ? "ok" : "late"), document.createTextNode(answer.sentence || say(SENT[answer.verdict] || "doors.to_lead")));
    }
  };

  // The answer that may have come before this screen stood is asked for once.
  const answered = async (lines, kept) => {
    const records = await Promise.all(kept.map((one) => station.store.get("done", one.counter)));
    hear(lines)({ detail: records.filter(Boolean) });
  };

  const done = async (door, { word, state = "ok", more, acts, kept, note = null }) => {
    door.close();
    const { root } = door;
    root.replaceChildren(station.template("t-door-done"));
    station.fill(root, { word, number: code(door.item.item_no || door.number), more });
    station.head({ title: say(`doors.title_${door.name}`), below: door.below(), back: "#/route" });
    root.querySelector(".shout").dataset.s = state;
    root.querySelector("[data-big]").replaceChildren(station.icon(state === "ok" ? "ok" : "warn"));
    const lines = told(root.querySelector("[data-told]"), kept, acts), listener = hear(lines);
    station.events.addEventListener("answered", listener);
    station.screens[door.name].leave = () => station.events.removeEventListener("answered", listener);
    answered(lines, kept);
    const paper = root.querySelector("[data-note]");
    paper.hidden = !note;
    if (note) {
      paper.querySelector("dl").replaceChildren(...note);
      paper.querySelector("a").href = `/desk/consignments/${door.number}/note.pdf`;
      paper.querySelector("p").hidden = !navigator.onLine;
    }
    station.shout?.({ state, word, number: door.number, more, sound: state });
    root.querySelector(".word").focus();
    window.scrollTo(0, 0);
    await offer(root, await nextStop(door));
  };

  const offer = (root, next) => {
    const link = root.querySelector("[data-next]");
    link.hidden = !next;
    if (!next) return;
    link.href = `#/stop/${next.number}`;
    station.fill(link, { next: [next.name, next.address || next.commune].filter(Boolean).join(", ") });
  };

  const screen = (name, plan) => {
    const self = {
      door: null, leave: null,
      async open(root, params) {
        self.door = new Door(name, root, params[0] || "", plan);
        await self.door.begin();
      },
      close() {
        if (self.door) self.door.close();
        if (self.leave) self.leave();
        self.door = self.leave = null;
      },
    };
    station.screens[name] = self;
  };

  // A list of radios from a list of the rules.
  const radios = (list, name, choices) => {
    list.replaceChildren(...choices.map(({ value, title, hint }) => {
      const label = document.createElement("label"), input = document.createElement("input"), words = document.createElement("span");
      Object.assign(input, { type: "radio", name, value });
      words.textContent = title;
      if (hint) { const small = document.createElement("small"); small.textContent = hint; words.append(small); }
      label.append(input, words);
      return label;
    }));
  };

  const kinds = (door) => {
    for (const select of door.root.querySelectorAll("[data-kinds]")) {
      for (const [value, title] of Object.entries(door.snapshot.id_kinds || {})) select.append(new Option(title[0].toUpperCase() + title.slice(1), value));
    }
  };

  const paperAbout = (paper) => say("doors.paper", { kind: say(`doors.kind_${paper.kind}`), count: paper.quantity || 1 });

  station.doors = { screen, done, say, money, dayWords, dayOf, today, clock, code, radios, kinds, paperAbout };
})(self.station = self.station || {});
