// Collected: the papers counted against the published list, what is missing told, money taken, the envelope sealed, and
// the consignment note signed by both. The scan goes first: it happened, whatever is refused of the rest, and the note
// takes its moment of acceptance from it. Money and seal stand on the note, so they come before the signatures.
(function (station) {
  "use strict";

  const { say, money, paperAbout } = station.doors;
  const tidy = (text) => station.rules.tidy(text);

  const list = (door) => ((door.stop && door.stop.papers) || []).map((paper) => ({ required: true, quantity: 1, ...paper }));

  // Old papers that go home to the agency are held against no published list.
  const isDossier = (door) => !(door.stop && door.stop.leg) || door.stop.leg === "send";

  const quantity = (text) => (/^\d{1,3}$/.test(text.trim()) ? Number(text) : NaN);

  const ofLine = (door, paper, n) => ({
    name: paper.name, kind: door.value(`line-${n}-kind`), quantity: quantity(door.value(`line-${n}-count`)), field: `line-${n}`,
  });

  const beyond = (door) => {
    const rows = [];
    for (let n = 0; n < (door.extra || 0); n += 1) {
      if (!door.controls(`beyond-${n}-name`).length) continue;
      rows.push({
        name: tidy(door.value(`beyond-${n}-name`)), kind: door.value(`beyond-${n}-kind`),
        quantity: quantity(door.value(`beyond-${n}-count`)), field: `beyond-${n}`,
      });
    }
    return rows;
  };

  const present = (door) => [
    ...list(door).flatMap((paper, n) => (door.value(`line-${n}`) === "yes" ? [ofLine(door, paper, n)] : [])), ...beyond(door),
  ];

  const missing = (door) => station.rules.shortOf(list(door), present(door).filter((paper) => paper.quantity > 0));

  const countOf = (door) => ({
    present: present(door), missing: missing(door), guided: missing(door).length > 0 && door.value("guided") === "yes",
    citizen: sender(door),
  });

  const sender = (door) => tidy(door.value("witness"));

  // The fee of the procedure, where nobody has paid it yet, and the postage of the way there (QĐ45 art. 6.6, 12).
  const sums = (door) => {
    const owed = (door.stop && door.stop.money) || {}, isSend = isDossier(door);
    return [
      ...(isSend && !owed.paid_elsewhere ? [{ ledger: "fee", owed: owed.fee || 0 }] : []),
      ...(isSend && !owed.postage_taken ? [{ ledger: "postage", owed: owed.postage || 0, zone: owed.zone, grams: owed.grams }] : []),
    ];
  };
  const taken = (door) => station.doors.till.taken(door, sums(door));

  const paidBefore = (door) => {
    const owed = (door.stop && door.stop.money) || {};
    return [
      ...(owed.paid_elsewhere ? [say("doors.paid_elsewhere", { reference: owed.paid_elsewhere })] : []),
      ...(owed.postage_taken ? [say("doors.postage_taken", { money: money(owed.postage_taken) })] : []),
    ].join(" ");
  };

  const row = (line, name, field) => {
    const [kind, count] = [line.querySelector("select"), line.querySelector(".step input")];
    kind.name = `${name}-kind`;
    count.name = `${name}-count`;
    line.dataset.field = field;
    for (const step of line.querySelectorAll("[data-step]")) {
      step.addEventListener("click", () => {
        count.value = Math.min(500, Math.max(1, (quantity(count.value) || 1) + Number(step.dataset.step)));
        count.dispatchEvent(new Event("input", { bubbles: true }));
      });
    }
    return { kind, count };
  };

  const lineRow = (door, paper, n) => {
    const line = station.template("t-door-line").firstElementChild, box = line.querySelector("input[type=checkbox]");
    box.name = `line-${n}`;
    box.dataset.kind = "line";
    const { kind, count } = row(line, `line-${n}`, `line-${n}`);
    kind.value = paper.kind || "original";
    count.value = paper.quantity;
    line.querySelector(".how").dataset.when = `line-${n}=yes`;
    line.querySelector("[data-slot=name]").textContent = paper.name;
    line.querySelector("[data-slot=about]").textContent = [
      paperAbout(paper), ...(paper.required ? [] : [say("doors.optional")]), ...(paper.must_return ? [say("doors.comes_back")] : []),
    ].join(" · ");
    return line;
  };

  const beyondRow = (door, n) => {
    const line = station.template("t-door-beyond").firstElementChild, name = line.querySelector(".fill input");
    name.name = name.id = `beyond-${n}-name`;
    line.querySelector("label").htmlFor = name.id;
    row(line, `beyond-${n}`, `beyond-${n}`);
    line.querySelector("[data-drop]").addEventListener("click", () => {
      line.remove();
      door.changed(door.root.querySelector("[data-add]"));
      door.root.querySelector("[data-add]").focus();
    });
    return line;
  };

  // The note as both read it before they sign: who, to whom, what is inside, what was paid, under which seal.
  const slip = (door) => {
    const { stop } = door, to = (stop && stop.to) || "";
    const inside = present(door).filter((paper) => paper.name && paper.quantity > 0)
      .map((paper) => say("doors.inside", { name: paper.name, kind: say(`doors.kind_${paper.kind}`), count: paper.quantity }));
    const paid = station.doors.till.words(taken(door));
    const entries = [
      ["doors.slip_sender", [stop && stop.name, stop && stop.address, stop && stop.commune].filter(Boolean).join(", ")], ["doors.slip_to", to],
      ["doors.slip_procedure", stop && stop.procedure], ["doors.slip_inside", inside.join("; ")],
      ["doors.slip_missing", inside.length ? missing(door).join("; ") : ""], ["doors.slip_paid", paid || say("doors.slip_unpaid")],
      ["doors.slip_seal", station.rules.seal(door.value("seal_no"))],
    ];
    return entries.filter(([, words]) => words).map(([key, words]) => {
      const pair = document.createElement("div"), title = document.createElement("dt"), value = document.createElement("dd");
      title.textContent = say(key);
      value.textContent = words;
      pair.append(title, value);
      return pair;
    });
  };

  station.doors.screen("collect", {
    about(door) {
      const { stop } = door, owed = sums(door).reduce((sum, each) => sum + each.owed, 0);
      return [stop.window, owed ? say("doors.take", { money: money(owed) }) : ""].filter(Boolean).join(" · ");
    },

    prepare(door, kept) {
      const reasons = (door.snapshot.reasons && door.snapshot.reasons.collection) || [];
      station.doors.radios(door.root.querySelector("[data-list=reasons]"), "reason", reasons.map(({ code, title }) => ({ value: code, title })));
      const lines = door.root.querySelector("[data-list=lines]"), rows = door.root.querySelector("[data-list=beyond]");
      list(door).forEach((paper, n) => lines.append(lineRow(door, paper, n)));
      door.root.querySelector("[data-all]").hidden = !list(door).length;
      door.extra = 0;
      const add = () => { rows.append(beyondRow(door, door.extra)); door.extra += 1; };
      for (let n = 0; n < (kept.extra || 0); n += 1) {
        if (`beyond-${n}-name` in (kept.fields || {})) add(); else door.extra += 1;
      }
      door.root.querySelector("[data-add]").addEventListener("click", () => {
        add();
        door.changed(rows);
        rows.lastElementChild.querySelector("input").focus();
      });
      station.doors.till.draw(door, sums(door));
      door.root.querySelector("[data-money]").hidden = !sums(door).length && !paidBefore(door);
      door.put("paid", paidBefore(door));
      if (door.stop && door.stop.name) door.form.elements.witness.value = door.stop.name;
    },

    update(door) {
      station.doors.till.follow(door);
      const lines = list(door), ticked = lines.filter((_, n) => door.value(`line-${n}`) === "yes").length, short = missing(door);
      door.put("count", lines.length ? say("doors.of", { ticked, all: lines.length }) : "");
      const begun = present(door).length > 0;
      door.root.querySelector("[data-missing]").hidden = !short.length || !begun;
      door.put("missing", short.join("; "));
      door.root.querySelector("[data-slip]").replaceChildren(...slip(door));
      door.root.querySelector("[data-signer=consignor]").textContent = sender(door);
      door.root.querySelector("[data-signer=post]").textContent = door.shift.name || "";
      const word = say(door.value("result") === "failed" ? "doors.act_failed" : "doors.act_collected");
      const place = door.root.querySelector("[data-act-word]");
      if (place.textContent !== word) place.textContent = word;
    },

    check(door) {
      if (door.value("result") === "failed") {
        return [
          ...(door.value("reason") ? [] : [["reason", "doors.reason"]]),
          ...station.rules.text("note", door.value("note"), { most: 500, wanted: false }),
        ];
      }
      const inks = { consignor: door.signed("consignor"), post: door.signed("post") }, named = (name) => (inks[name].length ? "" : "yes");
      const counted = present(door).length
        ? station.rules.count(list(door), countOf(door)).filter(([field]) => field !== "citizen") : [["papers", "doors.nothing_counted"]];
      const paid = station.doors.till.check(door, sums(door));
      const packed = station.rules.packing({ seal_no: door.value("seal_no"), packed_by: door.shift.name, witness: sender(door) });
      const signing = station.rules.note({ name: sender(door), signature_png: named("consignor") }, { name: door.shift.name || "", signature_png: named("post") })
        .filter(([field, key]) => field === "witness" && key === "doors.both_sides");
      return [...counted, ...paid, ...packed, ...signing, ...inks.consignor, ...inks.post];
    },

    async acts(door) {
      const number = door.number;
      if (door.value("result") === "failed") {
        return [{ kind: "scan", body: { number, code: "collection_failed", reason: door.value("reason"), note: tidy(door.value("note")) } }];
      }
      const { present: papers, ...rest } = countOf(door), worker = door.shift.name || "", name = sender(door);
      return [
        { kind: "scan", body: { number, code: "collected" } },
        ...(isDossier(door) ? [{ kind: "paper_check", body: { number, ...rest, present: papers.map(({ field, ...paper }) => paper) } }] : []),
        ...taken(door).map((sum) => ({ kind: "fee", body: { number, ...sum } })),
        { kind: "pack", body: { number, seal_no: station.rules.seal(door.value("seal_no")), packed_by: worker, witness: name } },
        { kind: "sign_note", body: { number, side: "consignor", name, signature_png: await door.signature("consignor", name) } },
        { kind: "sign_note", body: { number, side: "post", name: worker, signature_png: await door.signature("post", worker) } },
      ];
    },

    done(door, acts, kept) {
      const isFailed = acts[0].body.code === "collection_failed";
      const reasons = (door.snapshot.reasons && door.snapshot.reasons.collection) || [];
      const title = isFailed ? (reasons.find((one) => one.code === acts[0].body.reason) || {}).title : "";
      const count = isFailed ? 0 : present(door).reduce((sum, paper) => sum + paper.quantity, 0);
      const note = isFailed ? null : slip(door);
      return station.doors.done(door, {
        word: say(isFailed ? "doors.uncollected" : "doors.collected"), state: isFailed ? "warn" : "ok", acts, kept,
        more: isFailed ? `${title}.` : say("doors.collected_more", { count }), note,
      });
    },
  });
})(self.station = self.station || {});
