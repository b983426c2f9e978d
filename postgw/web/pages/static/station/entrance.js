// The entrance: begin a shift, unlock it by PIN, and the home of a shift from which every screen is reached.
(function (station) {
  "use strict";
  const { say, screens } = station;
  const PIN = /^\d{4,8}$/;

  async function wrong(form, name, sentence) {
    await station.untouched();
    for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
    const place = form.querySelector("[data-wrong]");
    place.querySelector("[data-slot=why]").textContent = sentence;
    place.hidden = !sentence;
    if (!sentence || !name) return;
    const field = form.elements[name];
    field.setAttribute("aria-invalid", "true");
    field.focus();
  }

  function busy(form, is) {
    form.querySelector("[type=submit]").disabled = is;
    form.toggleAttribute("aria-busy", is);
  }

  screens.start = {
    async open(root) {
      station.head({ title: say("start.title") });
      let who;
      try {
        who = await station.shift.me();
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
        root.append(station.template("t-start-offline"));
        root.querySelector("button").addEventListener("click", () => station.show());
        return;
      }
      const others = (await station.shift.every()).filter((shift) => shift.locked);
      const locked = station.shift.current();
      if (who && locked?.worker === who.login) { // somebody else stands here, under the sign-in of whoever locked it
        await station.shift.signOut();
        who = null;
      }
      if (who && !who.may_scan) {
        root.append(station.template("t-start-other"));
        return;
      }
      if (!who) {
        root.append(station.template("t-start-signin"));
        drawOthers(root, others);
        return;
      }
      const device = await station.keys.device(); // before the form is there: what is typed at once must stay
      root.append(station.template("t-start"));
      station.fill(root, { who: say("start.who", { name: who.name, unit: who.unit_name }) });
      root.querySelector("[data-other]").addEventListener("click", async () => { await station.shift.signOut(); station.show(); });
      const form = root.querySelector("[data-begin]");
      form.elements.device.value = device.name ?? "";
      (form.elements.device.value ? form.elements.pin : form.elements.device).focus();
      form.addEventListener("submit", (event) => { event.preventDefault(); beginShift(form, who); });
      drawOthers(root, others);
    },
  };

  async function beginShift(form, who) {
    const { device, pin, again } = form.elements;
    if (!device.value.trim()) return wrong(form, "device", say("start.device_missing"));
    if (!PIN.test(pin.value)) return wrong(form, "pin", say("start.pin_shape"));
    if (pin.value !== again.value) return wrong(form, "again", say("start.pin_differs"));
    await wrong(form, "", "");
    busy(form, true);
    try {
      await station.shift.begin(who.proof, device.value.trim(), pin.value);
    } catch (error) {
      if (error instanceof station.Refusal) return wrong(form, "", error.message);
      if (error instanceof TypeError) return wrong(form, "", say("shift.no_signal"));
      if (error instanceof station.Full) return wrong(form, "", say("start.full"));
      throw error;
    } finally {
      busy(form, false);
    }
    station.go("#/");
  }

  function drawOthers(root, shifts) {
    const list = root.querySelector("[data-others]");
    if (!list) return;
    list.hidden = !shifts.length;
    for (const shift of shifts) {
      const row = station.template("t-worker").firstElementChild;
      station.fill(row, { name: shift.name, since: say("lock.since", { time: station.clock(shift.begun_at) }) });
      row.querySelector("button").addEventListener("click", () => askPin(root, shift));
      list.querySelector("ul").append(row);
    }
  }

  // --- the PIN -------------------------------------------------------------------------------------------------------

  function askPin(root, shift) {
    root.replaceChildren(station.template("t-lock"));
    station.head({ title: say("lock.title"), below: shift.name });
    station.fill(root, { who: shift.name });
    const form = root.querySelector("form");
    const field = form.elements.pin;
    field.focus();
    for (const key of root.querySelectorAll("[data-digit]")) {
      key.addEventListener("click", () => { field.value += key.dataset.digit; field.focus(); });
    }
    root.querySelector("[data-rub]").addEventListener("click", () => { field.value = field.value.slice(0, -1); field.focus(); });
    form.addEventListener("submit", (event) => { event.preventDefault(); tryPin(form, shift); });
  }

  async function tryPin(form, shift) {
    if (!PIN.test(form.elements.pin.value)) { // a scanner types into this field as well; that is no guess
      form.elements.pin.value = "";
      return wrong(form, "pin", say("lock.not_pin"));
    }
    busy(form, true);
    const pin = form.elements.pin.value;
    form.elements.pin.value = "";
    const tries = await station.shift.unlock(shift.shift_no, pin).finally(() => busy(form, false));
    if (tries === -1) {
      station.send();
      station.snapshot.refresh();
      return station.show();
    }
    await wrong(form, "pin", tries > 0 ? say("lock.wrong", { n: tries }) : say("lock.out"));
    if (tries <= 0) form.querySelector("[data-signin]").hidden = false;
  }

  screens.lock = {
    async open(root) {
      const shift = station.shift.current();
      askPin(root, shift);
      const others = (await station.shift.every()).filter((each) => each.locked && each.shift_no !== shift.shift_no);
      await station.untouched();
      drawOthers(root, others);
    },
  };

  // --- home ----------------------------------------------------------------------------------------------------------

  screens.home = {
    async open(root) {
      const shift = station.shift.current();
      root.append(station.template("t-home"));
      station.head({ title: say("home.title"), below: `${shift.unit_name} · ${shift.name}` });
      root.querySelector("[data-renew]").addEventListener("click", async () => { await station.snapshot.refresh(); station.show(); });
      root.querySelector("[data-lock]").addEventListener("click", async () => { await station.shift.lock(); station.show(); });
      root.querySelector("[data-end-shift]").addEventListener("click", () => askEnd(root));
      root.querySelector("[data-end-now]").addEventListener("click", endShift);
      const [waiting, refused, stops] = await Promise.all([station.queue.waiting(), station.queue.refused(), station.journey.left()]);
      await station.untouched();
      station.fill(root, {
        waiting: String(waiting), refused: String(refused.length), stops: String(stops), age: aged(station.snapshot.age()),
        past: station.shift.isPast(shift) ? say("home.past") : "",
      });
      for (const type of ["queued", "answered"]) station.events.addEventListener(type, count);
    },
    close() {
      for (const type of ["queued", "answered"]) station.events.removeEventListener(type, count);
    },
  };

  async function count() {
    const [waiting, refused] = await Promise.all([station.queue.waiting(), station.queue.refused()]);
    await station.untouched();
    const home = document.querySelector(".home");
    if (home) station.fill(home, { waiting: String(waiting), refused: String(refused.length) });
  }

  function aged(milliseconds) {
    const minutes = Math.floor(milliseconds / 60_000);
    if (!Number.isFinite(milliseconds)) return say("home.no_list");
    return minutes < 60 ? say("home.age_minutes", { n: minutes }) : say("home.age_hours", { n: Math.floor(minutes / 60) });
  }

  // Whoever goes home answers first what still waits for a word: the next worker was not there.
  async function askEnd(root) {
    const open = await station.store.all("undecided");
    station.fill(root, { undecided: open.length ? say("home.undecided", { n: open.length }) : "" });
    const way = root.querySelector("[data-decide]");
    way.hidden = !open.length;
    way.href = `#/scan/${open[0]?.job?.code ?? open[0]?.item?.body.code ?? "arrived"}`;
    root.querySelector("[data-end-now]").hidden = open.length > 0;
    root.querySelector("dialog").showModal();
  }

  async function endShift() {
    await station.shift.end();
    await station.shift.signOut().catch((error) => { if (!(error instanceof TypeError)) throw error; }); // no signal
    station.go("#/");
  }
})(self.station = self.station || {});
