// What a number means for the act that is chosen: done, already done, not from here, or no number. Judged on the device,
// from what it took along; nothing here waits for anybody, so that the answer stands before the next envelope.
(function (station) {
  "use strict";
  const { say } = station;
  const DONE = { arrived: "scan.done_arrived", collected: "scan.done_collected", out_for_delivery: "scan.done_out", departed: "scan.done_departed" };

  const place = (item) => [item.commune, item.street].filter(Boolean).join(" · ");
  const asRead = (read) => (read.version > 1 ? `${read.number}-${read.version}` : read.number);

  // A sentence whose values stand out.
  function bold(key, values) {
    const made = document.createDocumentFragment();
    for (const part of say(key).split(/(\{\w+\})/)) {
      const name = /^\{(\w+)\}$/.exec(part)?.[1];
      const value = name && document.createElement("b");
      if (name) value.textContent = values[name] ?? "";
      made.append(name ? value : part);
    }
    const whole = document.createElement("span");
    whole.append(made);
    return whole;
  }

  const misread = (read) => ({
    state: "late", word: say("scan.misread"), shown: read.text, more: say("scan.misread_more"), to: say("scan.misread_row"),
  });

  const dossier = (read) => ({
    state: "late", word: say("scan.dossier"), shown: read.number, more: say("scan.dossier_more"), to: say("scan.dossier"),
  });

  function again(read, act) {
    const time = station.clock(act.at, true);
    return { state: "warn", icon: "dup", word: say("scan.again"), shown: read.number, more: bold("scan.again_more", { time }), to: say("scan.again_row") };
  }

  const taken = () => station.clock(Date.now() - station.snapshot.age());

  // Not from here: a person must say what it is; scanning goes on meanwhile.
  function foreign(read, word, more, why) {
    return { state: "stuck", word, shown: read.number, more, to: why, ask: { number: asRead(read), shown: read.number, why } };
  }

  // Its recipient wants it on another day, or will fetch it: nobody carries it out unasked.
  function wished(read, wish) {
    const day = wish.on && station.doors.dayWords(wish.on);
    const why = day ? say("scan.wished_day_row", { day }) : say("scan.wished_fetch_row");
    const asked = foreign(read, say("scan.wished"), day ? bold("scan.wished_day", { day }) : say("scan.wished_fetch"), why);
    return { ...asked, ask: { ...asked.ask, isWished: true } };
  }

  function unlisted(read, isOnline) {
    const more = bold(isOnline ? "scan.unlisted_asking" : "scan.unlisted_offline", { time: taken() });
    return { ...foreign(read, say("scan.unlisted"), more, say("scan.unlisted_row")), isUnknown: true };
  }

  function done(read, item, job) {
    const where = item ? place(item) : "";
    const more = item?.route && job.code === "arrived" ? bold("scan.sort_into", { route: item.route, place: where }) : where;
    return { state: "ok", word: say(DONE[job.code] ?? "scan.done"), shown: read.number, more, to: where || job.title };
  }

  // A list that is not whole, and envelopes that a desk made after it was taken along: said aloud, and kept all the same.
  const unchecked = (read, job) => ({
    ...done(read, null, job), state: "offline", icon: "ok", more: bold("scan.unchecked", { time: taken() }), to: say("scan.unchecked_row"),
  });

  const scanAct = (read, job) => ({ kind: "scan", body: { number: asRead(read), code: job.code, ...(job.reason ? { reason: job.reason } : {}) } });

  function inList(read, number, job) {
    const { list, ledger } = job;
    if (!list.numbers.includes(number)) {
      const word = say(list.kind === "bag" ? "scan.outside_bag" : "scan.outside_manifest");
      const item = station.snapshot.item(number);
      return foreign(read, word, item?.route ? bold("scan.of_route", { route: item.route }) : say("scan.is_it_here"), word);
    }
    const before = list.kind === "bag" ? station.ledger.earlier(ledger, job.code, number) : station.ledger.ticked(ledger, list.number, number);
    if (before && before.body.outcome !== "missing") return again(read, before);
    const item = station.snapshot.item(number);
    const act = list.kind === "bag" ? scanAct(read, job)
      : { kind: "tick", body: { manifest_no: list.number, numbers: [number], outcome: "ticked" } };
    return { ...done(read, item, job), word: say("scan.ticked"), act };
  }

  // `job`: the act {code, title, reason}, the open list if any, the ledger.
  function judge(read, job, isOnline) {
    if (read.kind === "unknown") return misread(read);
    if (read.kind === "dossier") return dossier(read);
    const number = station.ledger.own(read.number);
    if (job.list) return { ...inList(read, number, job), number };
    const before = station.ledger.earlier(job.ledger, job.code, number) ?? station.ledger.earlier(job.ledger, "found_here", number);
    if (before) return { ...again(read, before), number };
    const item = station.snapshot.item(number);
    const data = station.snapshot.get();
    if (!item && data?.is_whole && job.code !== "collected") return { ...unlisted(read, isOnline), number };
    if (!item) return { ...unchecked(read, job), number, act: scanAct(read, job) };
    const mine = data.my_routes ?? [];
    if (job.code === "out_for_delivery" && mine.length && item.route && !mine.includes(item.route)) {
      const why = say("scan.of_route_row", { route: item.route });
      return { ...foreign(read, say("scan.outside_route"), bold("scan.of_route", { route: item.route }), why), number };
    }
    const wish = job.code === "out_for_delivery" && data.wishes?.[number];
    if (wish) return { ...wished(read, wish), number };
    return { ...done(read, item, job), number, act: scanAct(read, job) };
  }

  // What an act may expect of what was taken along.
  function expected(code) {
    const data = station.snapshot.get();
    const mine = new Set(data?.my_routes ?? []);
    if (code === "arrived") return (data?.items ?? []).filter((each) => each.expected).map((each) => each.number);
    if (code === "collected") return (data?.stops ?? []).filter((each) => each.kind === "pickup").map((each) => each.number);
    if (code !== "out_for_delivery") return [];
    return (data?.stops ?? []).filter((each) => each.kind === "delivery" && (!mine.size || mine.has(each.route))).map((each) => each.number);
  }

  station.judging = { judge, expected, bold, place, done, scanAct, again, asRead };
})(self.station = self.station || {});
