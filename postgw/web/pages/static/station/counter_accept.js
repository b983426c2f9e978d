// A desk's whole trip in one scan: the code of the list shows what should be in it, one press takes all of it over. What is
// missing or damaged is ticked out one by one, with a reason.
(function (station) {
  "use strict";
  const { say, counter } = station;
  const COLLECTABLE = new Set(["registered", "booked"]);

  // Which word fits the whole list: taken over from the desk, or come in with the postman who took it over.
  const codeFor = (items) => (items.some((item) => item && COLLECTABLE.has(item.state)) ? "collected" : "arrived");

  // The acts of one acceptance. A signed list is counted no more: then each item that came is scanned by itself.
  function actsOf(list, out, code) {
    const came = list.numbers.filter((number) => out.get(number)?.outcome !== "missing");
    if (list.state === "signed") {
      if (!out.size) return [scan(list.number, code)];
      return came.map((number) => scan(number, code));
    }
    const whole = came.filter((number) => !out.has(number));
    const acts = [...out].map(([number, { outcome, reason }]) => tick(list, [number], outcome, reason));
    if (whole.length) acts.unshift(tick(list, whole, "ticked", ""));
    return came.length ? [...acts, scan(list.number, code)] : acts;
  }
  const tick = (list, numbers, outcome, reason) => ({ kind: "tick", body: { manifest_no: list.number, numbers, outcome, reason } });
  const scan = (number, code) => ({ kind: "scan", body: { number, code } });

  counter.parts.accept = {
    title: "counter.accept",
    async open(root, [asked]) {
      const out = new Map(); // number → {outcome, reason}
      const seen = new Set();
      let list = null;
      let code = "";
      let shown = null; // the list whose lines stand there
      let sought = "";
      const draw = station.calm(lay);

      const bench = counter.bench(root, (read) => {
        if (read.kind === "manifest") return show(read.number);
        if (list && (read.kind === "item" || read.kind === "consignment")) return find(read);
        return counter.unreadable(root, read);
      });

      async function show(number) {
        const found = await counter.group(number);
        if (found?.direction === "to_desk") {
          return counter.answer(root, { state: "stuck", word: say("counter.list_to_desk"), number, more: say("counter.list_to_desk_more") });
        }
        if (!found?.numbers || found.kind !== "manifest" || found.owner) {
          const more = found?.owner ? say("counter.list_of", { office: found.owner }) : say(navigator.onLine ? "counter.no_list" : "counter.no_list_offline");
          return counter.answer(root, { state: "stuck", word: say("counter.list_unknown"), number, more });
        }
        list = { state: "open", ...found, number };
        out.clear();
        seen.clear();
        sought = "";
        code = codeFor(list.numbers.map(station.snapshot.item));
        draw();
      }

      function lay() {
        root.querySelector("[data-list]").hidden = !list;
        if (!list) return;
        if (shown !== list) layList();
        for (const line of root.querySelectorAll("tbody tr")) {
          line.querySelector("[data-seen]").hidden = !seen.has(line.dataset.number);
          if (line.dataset.number === sought) line.scrollIntoView({ block: "nearest" });
        }
        sought = "";
        tally();
      }

      function layList() {
        shown = list;
        root.querySelector("[data-answer]").hidden = !seen.size;
        const desk = list.desk_name || counter.books().desks[list.desk] || list.desk;
        station.fill(root, { desk, manifest: station.code(list.number), way: say(code === "collected" ? "counter.will_collect" : "counter.will_arrive") });
        root.querySelector("[data-signed]").hidden = list.state !== "signed";
        root.querySelector("tbody").replaceChildren(...list.numbers.map(row));
        root.querySelector("[data-main]").focus();
      }

      function row(number) {
        const line = station.template("t-counter-line").firstElementChild;
        const item = station.snapshot.item(number) ?? { commune: "", street: "" };
        line.dataset.number = number;
        station.fill(line, { number: station.code(number), item: item.item_no ? station.code(item.item_no) : "", place: counter.placeOf(item) });
        for (const button of line.querySelectorAll("[data-out]")) button.addEventListener("click", () => mark(line, number, button.dataset.out));
        line.querySelector("input").addEventListener("input", ({ target }) => { out.get(number).reason = target.value.trim(); target.removeAttribute("aria-invalid"); });
        return line;
      }

      function mark(line, number, outcome) {
        const was = out.get(number)?.outcome;
        if (was === outcome) out.delete(number); else out.set(number, { outcome, reason: out.get(number)?.reason ?? "" });
        const now = out.get(number)?.outcome ?? "";
        line.dataset.out = now;
        for (const button of line.querySelectorAll("[data-out]")) button.setAttribute("aria-pressed", String(button.dataset.out === now));
        const why = line.querySelector("[data-why]");
        why.hidden = !now;
        if (now && !was) why.querySelector("input").focus();
        tally();
      }

      function find(read) {
        const number = station.snapshot.item(read.number)?.number ?? read.number;
        if (!list.numbers.includes(number)) return counter.answer(root, { state: "stuck", word: say("counter.not_in_list"), number: read.number, more: say("counter.not_in_list_more") });
        seen.add(number);
        sought = number;
        draw();
        return counter.answer(root, { state: "ok", word: say("counter.in_list"), number: read.number, more: say("counter.seen", { n: seen.size, all: list.numbers.length }) });
      }

      function tally() {
        const gone = [...out.values()].filter((each) => each.outcome === "missing").length;
        const left = list.numbers.length - gone;
        station.fill(root, { count: String(list.numbers.length), accept: say("counter.accept_n", { n: left }) });
        root.querySelector("[data-main]").disabled = !left && !out.size;
      }

      async function accept() {
        const bare = [...out].find(([, each]) => !each.reason);
        if (bare) {
          const field = root.querySelector(`tr[data-number="${bare[0]}"] input`);
          field.setAttribute("aria-invalid", "true");
          field.focus();
          return counter.answer(root, { state: "late", word: say("counter.reason"), number: bare[0], more: say("counter.reason_more") });
        }
        await station.queue.put(actsOf(list, out, code));
        const missing = [...out.values()].filter((each) => each.outcome === "missing").length;
        const told = say(list.state === "signed" ? "counter.accepted_more" : "counter.accepted_unsigned", { desk: root.querySelector("[data-slot=desk]").textContent, missing, damaged: out.size - missing });
        counter.answer(root, { state: "ok", word: say("counter.accepted", { n: list.numbers.length - missing }), number: list.number, more: told });
        list = null;
        draw();
      }

      root.querySelector("[data-main]").addEventListener("click", async ({ currentTarget }) => {
        currentTarget.disabled = true;
        try {
          await accept();
        } catch (error) {
          counter.failed(root, error);
        } finally {
          if (list) tally();
        }
      });
      root.addEventListener("keydown", (event) => walk(event, root));
      if (asked) bench.take({ ...station.numbers.recognise(asked), text: asked });
      return bench;
    },
  };

  // ↑ and ↓ go from line to line.
  function walk(event, root) {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const lines = [...root.querySelectorAll("tbody tr")];
    const at = lines.findIndex((line) => line.contains(document.activeElement));
    const next = lines[Math.max(0, Math.min(lines.length - 1, at + (event.key === "ArrowDown" ? 1 : -1)))];
    event.preventDefault();
    next?.querySelector("button").focus();
  }
})(self.station = self.station || {});
