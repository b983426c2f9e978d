// What scan mode shows: the loud answer, which waits for nothing, and the last ten, which change under no finger. Each is
// changed where it stands, so that a pile of two hundred costs the page no more than ten rows.
(function (station) {
  "use strict";
  const { say } = station;
  const SHOWN = 10;

  const number = (text) => (text ? station.code(text) : "");

  // The loud answer in colour, icon and word; for ear and hand by `shout`.
  function answer(root, { state, icon = state, word, shown = "", more = "", sound = state }) {
    const place = root.querySelector("[data-answer]");
    place.dataset.s = state;
    place.dataset.number = shown;
    const told = { icon: station.icon(icon), word, number: number(shown), more: more instanceof Node ? more.cloneNode(true) : more };
    station.drawOver(place, () => station.fill(place, told));
    station.shout({ state, word, number: shown, more, sound });
  }

  // What stands there before the first scan.
  function invite(root, word, more) {
    const place = root.querySelector("[data-answer]");
    place.dataset.s = "quiet";
    station.fill(place, { icon: station.icon("label"), word, number: "", more });
  }

  class Rows {
    constructor(root, onUndo) {
      this.root = root.querySelector(".last");
      this.list = this.root.querySelector("ol");
      this.onUndo = onUndo;
      this.rows = []; // newest first
      this.draw = station.calm(() => this.lay());
    }

    // {state, icon, shown, to, at, act}: with an act it can be taken back, and may be amended by the server's answer.
    add(row) {
      this.rows.unshift(row);
      this.rows.splice(SHOWN);
      this.draw();
    }

    amend(row, change) {
      Object.assign(row, change, { element: null });
      this.draw();
    }

    // Who stands there already is not touched: a button keeps its focus.
    lay() {
      const elements = this.rows.map((row) => (row.element ??= this.drawn(row)));
      for (const old of [...this.list.children]) if (!elements.includes(old)) old.remove();
      let below = null;
      for (const element of elements.reverse()) {
        if (!element.isConnected || element.nextElementSibling !== below) this.list.insertBefore(element, below);
        below = element;
      }
      this.root.querySelector("[data-empty]").hidden = elements.length > 0;
      this.hint();
    }

    of(act_id) {
      return this.rows.find((row) => row.act?.act_id === act_id) ?? null;
    }

    drawn(row) {
      const made = station.template("t-scan-row").firstElementChild;
      made.dataset.s = row.state;
      const to = made.querySelector(".to");
      if (row.state !== "ok" && row.state !== "offline") {
        to.classList.add("st");
        to.dataset.s = row.state;
      }
      station.fill(made, { icon: station.icon(row.icon ?? row.state), number: number(row.shown), to: row.to ?? "", time: station.clock(row.at, true) });
      made.querySelector("time").dateTime = new Date(row.at).toISOString();
      if (row.act && row.canUndo && this.onUndo) made.querySelector("[data-slot=undo]").append(this.button(row));
      return made;
    }

    button(row) {
      const button = document.createElement("button");
      button.type = "button";
      button.append(station.icon("undo"));
      button.setAttribute("aria-label", say("scan.undo_label", { number: station.numbers.grouped(row.shown), time: station.clock(row.at, true) }));
      button.addEventListener("click", () => this.onUndo(row));
      return button;
    }

    hint() {
      const hint = this.root.querySelector("[data-undo-hint]");
      if (hint) hint.hidden = !this.rows.some((row) => row.act && row.canUndo);
    }
  }

  // Numbers from the gun, the field and the camera, one after another and none lost; `close` waits until all are through.
  function mouth(root, onRead) {
    const form = root.querySelector("[data-typing]");
    const typing = root.querySelector("[data-type]");
    const place = root.querySelector("[data-camera-place]");
    let panel = null;
    const read = (text) => onRead({ ...station.numbers.recognise(text), text, at: performance.now() });

    typing.addEventListener("click", () => {
      form.hidden = !form.hidden;
      typing.setAttribute("aria-expanded", String(!form.hidden));
      if (!form.hidden) form.elements.number.focus();
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = form.elements.number.value.trim();
      form.elements.number.value = "";
      form.elements.number.blur(); // the next keys are the gun's again
      if (text) read(text);
    });
    const camera = root.querySelector("[data-camera]");
    camera.hidden = !station.cameraPanel;
    camera.addEventListener("click", () => {
      if (panel) return;
      const keyOf = (text) => station.ledger.own(station.numbers.recognise(text).number) || text;
      panel = station.cameraPanel.mount(place, read, { keyOf, onClose: () => { panel = null; } });
    });
    station.wedge.listen(onRead);
    return {
      close() {
        station.wedge.stop();
        panel?.close();
        panel = null;
      },
    };
  }

  // Ask for one of a few; resolves with it, or with null.
  function choose(root, title, shown, options) {
    const dialog = root.querySelector("dialog.why");
    station.fill(dialog, { title, number: number(shown) });
    return new Promise((resolve) => {
      const list = dialog.querySelector("ul");
      list.replaceChildren(...options.map((option) => {
        const made = station.template("t-scan-why").firstElementChild;
        const button = made.querySelector("button");
        button.textContent = option.title;
        button.addEventListener("click", () => { resolve(option); dialog.close(); });
        return made;
      }));
      dialog.addEventListener("close", () => resolve(null), { once: true });
      dialog.showModal();
    });
  }

  station.scanRows = { answer, invite, Rows, mouth, choose };
})(self.station = self.station || {});
