// What the forms at a door share: the stop they are about, what was typed so far, and the word beside a wrong field.
// What is typed is kept at each change, so a killed tab or a glance at the route loses nothing; it is wiped when the acts
// are queued, and bound to the worker who typed it. The acts of one form are queued together or not at all.
(function (station) {
  "use strict";

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
      this.draft = new station.doors.Draft(`${this.name}:${this.number}`, this.shift.worker);
      const kept = await this.draft.open();
      this.journal = (await station.journey.byNumber()).get(this.number);
      await station.untouched();
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
      const done = this.journal && this.journal.outcome && !this.journal.refused ? this.journal : null;
      this.put("done", done ? say("doors.done_before", { time: clock(new Date(done.at)) }) : "");
      this.root.querySelector("[data-done]").hidden = !done;
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
      await station.untouched();
      if (!this.open || taken === null) return;
      if (!taken) { this.fail("photo", "doors.photo_unreadable"); return; }
      this.showPhoto(taken);
      this.changed(this.root.querySelector("[data-photo]"));
      this.draft.keep(() => this.read());
    }

    async showPhoto(base64) {
      this.photo = base64;
      const shot = this.root.querySelector("[data-shot]"), word = this.root.querySelector("[data-photo-word]");
      if (base64) await station.photo.draw(shot.querySelector("canvas"), base64);
      await station.untouched();
      if (this.photo !== base64) return; // another one was taken, or this one taken away
      shot.hidden = !base64;
      word.textContent = say(base64 ? "doors.photo_again" : "doors.photo");
    }

    // ---- the word beside a wrong field

    clear(field) { station.doors.wrongs.clear(this, field); }

    fail(name, key, values) { station.doors.wrongs.fail(this, name, key, values); }

    // ---- the act

    async act() {
      if (this.busy) return;
      const wrong = this.plan.check(this);
      station.doors.wrongs.show(this, wrong);
      if (wrong.length) return;
      this.busy = true;
      const button = this.root.querySelector("[data-act]");
      button.setAttribute("aria-busy", "true");
      const acts = (await this.plan.acts(this)).map((each) => ({ act_id: station.queue.id(), ...each }));
      const kept = await this.queued(acts);
      this.busy = false;
      button.removeAttribute("aria-busy");
      if (kept) await this.plan.done(this, acts, kept);
    }

    // The draft knows the acts' ids before they are queued: a tab that is killed in between asks for nothing twice.
    async queued(acts) {
      try {
        await this.draft.seal({ ...this.read(), act_ids: acts.map((each) => each.act_id) });
        const kept = await station.queue.put(acts, { route: this.item.route || "" });
        await this.draft.wipe();
        return kept;
      } catch (error) {
        await this.unkept(error);
        return null;
      }
    }

    // Nothing of the form was queued, and everything still stands on the screen. After the PIN it is opened again.
    async unkept(error) {
      if (station.Locked && error instanceof station.Locked) { station.show(); return; }
      const isFull = error instanceof station.Full;
      const more = say(isFull ? "doors.full" : "doors.unkept");
      station.shout?.({ state: "late", word: say("doors.not_kept"), number: this.number, more });
      await station.untouched();
      station.doors.wrongs.show(this, [["", isFull ? "doors.full" : "doors.unkept"]]);
      if (!isFull) throw error;
    }
  }

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
      for (const kind of Object.keys(door.snapshot.id_kinds || {})) select.append(new Option(say(`doors.id_${kind}`), kind));
    }
  };

  const paperAbout = (paper) => say("doors.paper", { kind: say(`doors.kind_${paper.kind}`), count: paper.quantity || 1 });

  station.doors = { screen, say, money, dayWords, dayOf, today, clock, radios, kinds, paperAbout };
})(self.station = self.station || {});
