// One stop: who lives there, what to bring, take and collect, and the acts at the thumb.
(function (station) {
  "use strict";
  const { say, screens } = station;
  const ACTS = {
    delivery: [["#/failed/", "route.to_failed"], ["#/deliver/", "route.to_deliver"]],
    pickup: [["", "route.to_not_collected"], ["#/collect/", "route.to_collect"]],
    withdrawal: [["", "route.to_not_collected"], ["#/collect/", "route.to_collect"]],
    desk: [["", ""], ["#/scan", "route.to_scan"]],
  };

  screens.stop = {
    async open(root, [number]) {
      station.route.isBack = true;
      const stop = station.snapshot.stop(number);
      if (!stop) return unknown(root, number);
      await station.journey.byNumber(); // at hand from now: nothing moves under a thumb once it is drawn
      await station.untouched();
      root.append(station.template("t-stop"));
      station.head({ title: say(`route.title_${stop.kind}`), below: routeName(stop), back: "#/route" });
      drawPlace(root, stop);
      drawLists(root, stop);
      root.querySelector("[data-arrive]").addEventListener("click", () => arrive(root, stop));
      drawActs(root, stop);
      await drawStanding(root, stop);
    },
  };

  function routeName(stop) {
    const route = station.snapshot.get().routes.find((each) => each.route_no === stop.route);
    return route ? say("route.named", { number: route.route_no, name: route.name }) : stop.commune;
  }

  function unknown(root, number) {
    station.head({ title: say("route.title_unknown"), below: number, back: "#/route" });
    root.append(station.template("t-stop-unknown"));
  }

  // A map is asked for the street and the commune: neither name nor house number leaves the device.
  function mapOf(stop) {
    const words = [stop.place, stop.commune, stop.province].filter(Boolean).join(", ");
    const asked = encodeURIComponent(words);
    return /Android/.test(navigator.userAgent) ? `geo:0,0?q=${asked}` : `https://www.openstreetmap.org/search?query=${asked}`;
  }

  function drawPlace(root, stop) {
    station.fill(root, {
      number: station.code(stop.item_no || stop.number), name: stop.name, address: stop.address,
      commune: [stop.commune, stop.province].filter(Boolean).join(", "), remarks: stop.remarks ?? "",
    });
    root.querySelector("[data-remarks]").hidden = !stop.remarks;
    const call = root.querySelector("[data-call]");
    if (stop.phone) {
      call.href = `tel:${stop.phone}`;
      call.setAttribute("aria-label", say("route.call", { name: stop.name }));
    } else {
      call.remove();
      root.querySelector("[data-no-phone]").hidden = false;
    }
    root.querySelector("[data-map]").href = mapOf(stop);
    root.querySelector("[data-tags]").append(...station.route.tagsOf(stop));
    const told = [];
    if (stop.due_on && stop.kind !== "desk") told.push(say("route.due", { day: station.route.day(stop.due_on) }));
    if (stop.invited?.length) told.push(say("route.invited", { days: stop.invited.map(station.route.day).join(", ") }));
    if (stop.proxy) told.push(say("route.proxy", { name: stop.proxy.name, relation: stop.proxy.relation }));
    if (stop.state === "held") told.push(say("route.is_held"));
    station.fill(root, { told: told.join(" ") });
  }

  function line(text, more, state) {
    const made = station.template("t-stop-line").firstElementChild;
    if (state) made.dataset.s = state;
    return station.fill(made, { text, more: more ?? "" });
  }

  function section(root, title, lines) {
    if (!lines.length) return;
    const made = station.template("t-stop-section").firstElementChild;
    station.fill(made, { title });
    made.querySelector("ul").append(...lines);
    root.querySelector("[data-sections]").append(made);
  }

  function paperLine(paper) {
    const kind = say(`route.paper_${paper.kind}`);
    const more = [paper.quantity > 1 ? say("route.paper_many", { kind, n: paper.quantity }) : kind];
    if (paper.required === false) more.push(say("route.paper_if"));
    if (paper.must_return) more.push(say("route.paper_back"));
    if (paper.must_withdraw) more.push(say("route.paper_at_delivery"));
    return line(paper.name, more.join(" · "));
  }

  function drawLists(root, stop) {
    const { money } = stop;
    const sums = [["fee", "route.fee"], ["postage", "route.postage"]].filter(([name]) => money[name])
      .map(([name, word]) => line(say("route.dong", { amount: station.dong(money[name]) }), say(word), "run"));
    if (money.paid_elsewhere) sums.push(line(say("route.paid_elsewhere"), money.paid_elsewhere, "ok"));
    section(root, say("route.to_take"), sums);
    section(root, say("route.to_withdraw"), stop.withdraw.map((name) => line(name, say("route.withdraw_hint"), "stuck")));
    section(root, say(stop.kind === "delivery" ? "route.to_hand" : "route.to_receive"), stop.papers.map(paperLine));
    section(root, say("route.lists"), (stop.lists ?? []).map((list) =>
      line(say(`route.list_${list.direction}`, { n: list.count }), list.manifest_no)));
    if (stop.kind === "delivery" && !sums.length) root.querySelector("[data-nothing]").hidden = false;
  }

  async function drawStanding(root, stop) {
    const standing = station.journey.standing(stop, await station.journey.byNumber());
    await station.untouched();
    const place = root.querySelector("[data-standing]");
    if (!place) return; // somebody went on meanwhile
    place.hidden = !standing.done && !standing.refused;
    if (standing.done) place.replaceChildren(station.route.standingTag(standing));
    else if (standing.refused) place.replaceChildren(station.route.tag("late", "late", say("route.refused_more")));
    const arrived = root.querySelector("[data-arrive]");
    arrived.hidden = standing.done;
    arrived.disabled = Boolean(standing.arrived_at);
    station.fill(arrived, { arrive: standing.arrived_at ? say("route.arrived", { time: station.clock(standing.arrived_at) }) : say("route.arrive") });
  }

  async function wrong(root, sentence) {
    await station.untouched();
    const place = root.querySelector("[data-wrong]");
    place.querySelector("p").textContent = sentence;
    place.hidden = false;
    place.scrollIntoView({ block: "nearest" });
  }

  // Keep acts; say whether they are on the disk. A full disk is told aloud, a lock asks for the PIN.
  async function kept(root, acts, stop) {
    try {
      await station.queue.put(acts, { route: stop.route });
      return true;
    } catch (error) {
      if (error instanceof station.Locked) await station.show();
      else if (error instanceof station.Full) await wrong(root, say("route.full"));
      else throw error;
      return false;
    }
  }

  async function arrive(root, stop) {
    const body = stop.kind === "desk" ? { number: stop.number, desk: stop.desk, what: "arrived" } : { number: stop.number, what: "arrived" };
    if (!(await kept(root, [{ kind: "stop", body }], stop))) return;
    await drawStanding(root, stop);
    if (!root.querySelector("[data-arrive]")) return;
    station.route.announce(root.querySelector("[data-slot=arrive]").textContent);
    root.querySelector("[data-main-act]").focus();
  }

  function drawActs(root, stop) {
    const [[aside, asideWord], [main, mainWord]] = ACTS[stop.kind];
    const number = encodeURIComponent(stop.number);
    const first = root.querySelector("[data-main-act]");
    first.href = main === "#/scan" ? main : main + number;
    station.fill(first, { main: say(mainWord) });
    const other = root.querySelector("[data-other-act]");
    const ask = root.querySelector("[data-ask-why]");
    if (!asideWord) { other.remove(); ask.remove(); return; }
    station.fill(aside ? other : ask, aside ? { other: say(asideWord) } : { why: say(asideWord) });
    if (aside) { other.href = aside + number; ask.remove(); return; }
    other.remove();
    ask.addEventListener("click", () => askWhy(root, stop));
  }

  // A dossier that could not be fetched: one reason of the list, and it comes again another day.
  function askWhy(root, stop) {
    const dialog = root.querySelector("dialog");
    const place = dialog.querySelector("[data-reasons]");
    place.replaceChildren(...(station.snapshot.get().reasons.collection ?? []).map((reason) => {
      const button = station.template("t-stop-reason").firstElementChild;
      station.fill(button, { reason: reason.title });
      button.addEventListener("click", async () => {
        dialog.close();
        const act = { kind: "scan", body: { number: stop.number, code: "collection_failed", reason: reason.code } };
        if (await kept(root, [act], stop)) {
          station.go("#/route");
          station.route.announce(say("route.noted", { reason: reason.title }));
        }
      });
      return button;
    }));
    dialog.showModal();
  }
})(self.station = self.station || {});
