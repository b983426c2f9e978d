// What waits to be sent, what was just answered; and what the server did not take, which stays until the worker has read it.
(function (station) {
  "use strict";
  const { say, store } = station;
  const SHOWN = 50;
  const LATEST = 20;
  const LOOK = { accepted: "ok", known: "warn", kept_aside: "stuck", refused: "late", held: "stuck" };
  let redraw = null;

  // What was done, in the words of the lists taken along.
  function what(act) {
    if (act.kind !== "scan") return say(`act.${act.kind}`);
    const rule = (station.snapshot.get()?.acts ?? []).find((each) => each.code === act.body.code);
    return say("act.scan", { act: rule?.title ?? act.body.code });
  }

  const numberOf = ({ body, kind }) => (kind === "tick" ? body.manifest_no : kind === "bag" ? body.bag_no : body.number ?? "").replace(/-\d{1,3}$/, (tail) => (kind === "tick" ? tail : ""));
  const number = (act) => (numberOf(act) ? station.code(numberOf(act)) : "");

  function row(act, { state, icon = state, to }) {
    const made = station.template("t-scan-row").firstElementChild;
    made.dataset.s = state;
    station.fill(made, { icon: station.icon(icon), number: number(act) || what(act), to, time: station.clock(act.at, true) });
    made.querySelector("time").dateTime = act.at;
    return made;
  }

  // Draw now and whenever something changes, at most once at a time.
  function follow(draw) {
    let asked = null;
    redraw = () => { asked ??= setTimeout(() => { asked = null; if (redraw) draw(); }, 80); };
    for (const type of ["queued", "answered", "net"]) station.events.addEventListener(type, redraw);
    return draw();
  }

  function unfollow() {
    for (const type of ["queued", "answered", "net"]) station.events.removeEventListener(type, redraw);
    redraw = null;
  }

  async function drawQueue(root) {
    const [count, waiting, done, net] = await Promise.all([
      station.queue.waiting(), store.all("queue", undefined, SHOWN), store.all("done"), station.queue.net(),
    ]);
    await station.untouched();
    const state = !net.online || !navigator.onLine ? "offline" : net.status >= 400 ? "stuck" : "sending";
    const since = waiting.length ? station.clock(waiting[0].at) : "";
    const told = !count ? say("queue.empty") : say(`queue.${state}`, { n: count, since, time: station.clock(net.since), status: net.status });
    station.fill(root, { told, more_waits: count > waiting.length ? say("queue.more", { n: count - waiting.length }) : "" });
    root.querySelector("[data-waits]").hidden = !count;
    root.querySelector("[data-waits] ol").replaceChildren(...waiting.map((act) => row(act, { state: "offline", to: what(act) })));
    root.querySelector("[data-send]").hidden = !count;
    const latest = done.sort((one, other) => other.answered_at - one.answered_at).slice(0, LATEST);
    root.querySelector("[data-answered]").hidden = !latest.length;
    root.querySelector("[data-answered] ol").replaceChildren(...latest.map((act) => {
      const state = LOOK[act.answer.verdict];
      return row(act, { state, icon: act.answer.verdict === "known" ? "dup" : state, to: [what(act), act.answer.sentence || say(`queue.${act.answer.verdict}`)].join(" · ") });
    }));
  }

  station.screens.queue = {
    async open(root) {
      root.append(station.template("t-queue"));
      station.head({ title: say("queue.title"), below: station.shift.current().unit_name, back: "#/" });
      root.querySelector("[data-send]").addEventListener("click", () => station.send());
      const own = root.lastElementChild; // another screen may stand there before it is drawn
      await follow(() => drawQueue(own));
    },
    close: unfollow,
  };

  async function drawRefused(root) {
    const refused = await station.queue.refused();
    await station.untouched();
    station.fill(root, { told: refused.length ? say("refused.told", { n: refused.length }) : say("refused.empty") });
    root.querySelector(".refusals").replaceChildren(...[...refused].reverse().map((act) => {
      const made = station.template("t-refusal").firstElementChild;
      const sentence = act.answer.sentence || say(`queue.${act.answer.verdict}`);
      station.fill(made, { what: what(act), number: number(act), sentence, when: say("refused.when", { time: station.clock(act.at, true) }) });
      const button = made.querySelector("[data-read]");
      button.setAttribute("aria-label", say("refused.read_label", { what: what(act), number: station.numbers.grouped(numberOf(act)) }));
      button.addEventListener("click", () => station.queue.read(act.counter));
      return made;
    }));
  }

  station.screens.refused = {
    async open(root) {
      root.append(station.template("t-refused"));
      station.head({ title: say("refused.title"), below: station.shift.current().unit_name, back: "#/" });
      const own = root.lastElementChild;
      await follow(() => drawRefused(own));
    },
    close: unfollow,
  };
})(self.station = self.station || {});
