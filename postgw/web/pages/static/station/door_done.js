// The answer after a door: what was queued, what the server makes of each act as it hears of it, and where to go next.
(function (station) {
  "use strict";

  const { say, code } = station;
  const { money } = station.doors;

  // The next door of the round in the worker's own order, past what this device has done already.
  // From the counter nobody walks on.
  const nextStop = async (door) => {
    if ((door.snapshot.held || []).some((one) => one.number === door.number)) return null;
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

  const hear = (lines) => async ({ detail }) => {
    await station.untouched();
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
    await hear(lines)({ detail: records.filter(Boolean) });
  };

  const done = async (door, { word, state = "ok", more, acts, kept, note = null }) => {
    station.shout?.({ state, word, number: door.number, more, sound: state });
    const next = await nextStop(door); // at hand from now: nothing moves under a thumb once it is drawn
    await station.untouched();
    if (!door.open) return; // somebody went on meanwhile
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
    offer(root, next);
    root.querySelector(".word").focus();
    window.scrollTo(0, 0);
  };

  const offer = (root, next) => {
    const link = root.querySelector("[data-next]");
    link.hidden = !next;
    if (!next) return;
    link.href = `#/stop/${next.number}`;
    station.fill(link, { next: [next.name, next.address || next.commune].filter(Boolean).join(", ") });
  };

  station.doors.done = done;
})(self.station = self.station || {});
