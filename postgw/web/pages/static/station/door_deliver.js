// Delivered: who received, which paper was seen, what was counted together, what became of old papers, what was paid.
// The acts: `deliver`, then `fee` for each sum taken; all of them, or none.
(function (station) {
  "use strict";

  const { say, money, paperAbout } = station.doors;
  const FOR_ANOTHER = ["proxy", "organisation"];

  const papers = (door) => (door.stop && door.stop.papers) || [];
  const old = (door) => ((door.stop && door.stop.withdraw) || []).map((each) => (typeof each === "string" ? each : each.name));

  // What is to be paid before anything is handed over.
  const sums = (stop) => {
    const owed = (stop && stop.money) || {}, known = { must: true, zone: owed.zone, grams: owed.grams };
    return ["fee", "postage"].filter((ledger) => owed[ledger] > 0).map((ledger) => ({ ...known, ledger, owed: owed[ledger] }));
  };

  const receiver = (door) => {
    const isOwn = door.value("receiver_kind") === "addressee" && door.stop && door.stop.name;
    return isOwn ? door.stop.name : station.rules.tidy(door.value("receiver_name"));
  };

  // What was not in the envelope is the receiver's remark, whoever writes it down.
  const remarks = (door) => {
    if (door.value("remarked") !== "yes") return door.value("remarked") === "no" ? "none" : "";
    const absent = papers(door).filter((_, n) => door.value(`paper-${n}`) !== "yes").map((paper) => paper.name);
    const said = station.rules.tidy(door.value("remarks"));
    return said && absent.length ? `${say("doors.not_inside", { names: absent.join("; ") })} ${said}` : said;
  };

  const proofOf = (door) => {
    const kind = door.value("receiver_kind"), isOther = FOR_ANOTHER.includes(kind);
    return {
      receiver_name: receiver(door), receiver_kind: kind, id_kind: door.value("id_kind"),
      id_tail: station.rules.tail(door.value("id_tail")),
      authorisation_seen: isOther && door.value("authorisation_seen") === "yes",
      authorisation: isOther ? station.rules.tidy(door.value("authorisation")) : "",
      relation: isOther ? station.rules.tidy(door.value(kind === "proxy" ? "relation" : "position")) : "",
      remarks: remarks(door),
    };
  };

  const withdrawnOf = (door) => old(door).map((name, n) => ({
    name, outcome: door.value(`old-${n}`), note: door.value(`old-${n}`) === "lost" ? station.rules.tidy(door.value(`old-${n}-note`)) : "",
  }));

  const wantsPhoto = (door) => Boolean(door.stop && door.stop.proof && door.stop.proof.photo_wanted);

  // Whom the recipient named to receive instead: chosen and filled in beforehand, the letter and the paper are asked all the same.
  const proxyOf = (door) => (door.stop && door.stop.proxy) || null;
  const aboutProxy = ({ name, relation, id_tail: tail }) =>
    [say("doors.proxy_named", { name, relation }), ...(tail ? [say("doors.proxy_tail", { tail })] : []), say("doors.proxy_show")].join(" ");

  const fillProxy = (door) => {
    const proxy = proxyOf(door), kind = door.value("receiver_kind");
    if (!proxy || door.wasKind === kind) return;
    const [name] = door.controls("receiver_name"), [relation] = door.controls("relation");
    if (kind === "proxy") {
      name.value ||= proxy.name;
      relation.value ||= proxy.relation;
    } else if (door.wasKind === "proxy" && name.value === proxy.name) name.value = "";
    door.wasKind = kind;
  };

  const tickRow = (list, { name, kind, title, about }) => {
    const row = station.template("t-door-tick").firstElementChild, box = row.querySelector("input");
    Object.assign(box, { name });
    box.dataset.kind = kind;
    row.dataset.field = name;
    row.querySelector("[data-slot=name]").textContent = title;
    row.querySelector("[data-slot=about]").textContent = about;
    list.append(row);
  };

  const oldRow = (list, name, n) => {
    const row = station.template("t-door-old").firstElementChild, field = row.querySelector(".fill");
    row.querySelector("[data-slot=name]").textContent = name;
    const group = row.querySelector("[role=radiogroup]");
    group.setAttribute("aria-label", name);
    row.dataset.field = `old-${n}`;
    for (const radio of row.querySelectorAll("input")) radio.name = `old-${n}`;
    field.dataset.field = `old-${n}-note`;
    field.dataset.when = `old-${n}=lost`;
    const note = field.querySelector("textarea");
    note.name = note.id = `old-${n}-note`;
    field.querySelector("label").htmlFor = note.id;
    list.append(row);
  };

  station.doors.screen("deliver", {
    about(door) {
      const { stop } = door, due = stop.due_on ? [say("doors.due", { day: station.doors.dayWords(stop.due_on) })] : [];
      const taken = sums(stop).reduce((sum, each) => sum + each.owed, 0);
      return [say("doors.attempt", { n: (stop.attempts || 0) + 1 }), ...due, taken ? say("doors.take", { money: money(taken) }) : say("doors.take_nothing")].join(" · ");
    },

    prepare(door) {
      station.doors.kinds(door);
      const proxy = proxyOf(door);
      if (proxy) {
        door.put("proxy", aboutProxy(proxy));
        door.controls("receiver_kind").find((each) => each.value === "proxy").checked = true;
      }
      door.root.querySelector("[data-proxy]").hidden = !proxy;
      door.facts = { named: door.stop && door.stop.name ? "yes" : "no" };
      const section = (name) => door.root.querySelector(`[data-${name}]`), list = (name) => door.root.querySelector(`[data-list=${name}]`);
      section("papers").hidden = !papers(door).length;
      papers(door).forEach((paper, n) => tickRow(list("papers"), { name: `paper-${n}`, kind: "paper", title: paper.name, about: paperAbout(paper) }));
      door.root.querySelector("[data-all]").hidden = papers(door).length < 3;
      section("old").hidden = !old(door).length;
      old(door).forEach((name, n) => oldRow(list("old"), name, n));
      station.doors.till.draw(door, sums(door.stop));
    },

    update(door) {
      fillProxy(door);
      station.doors.till.follow(door);
      const signer = door.root.querySelector("[data-signer=signature]");
      if (signer.textContent !== receiver(door)) signer.textContent = receiver(door);
    },

    check(door) {
      const proof = proofOf(door), isRemarked = door.value("remarked") === "yes";
      const kinds = Object.keys(door.snapshot.id_kinds || {});
      const isOrganisation = proof.receiver_kind === "organisation";
      const counted = papers(door).flatMap((_, n) => (door.value(`paper-${n}`) === "yes" || (isRemarked && proof.remarks) ? [] : [[`paper-${n}`, "doors.uncounted"]]));
      const paid = station.doors.till.check(door, sums(door.stop));
      const rename = { remarks: isRemarked ? "remarks" : "remarked", relation: isOrganisation ? "position" : "relation" };
      const ofProof = station.rules.proof(proof, kinds).map(([field, key, values]) => [rename[field] || field, field === "remarks" && !isRemarked ? "doors.remarked" : key, values]);
      const late = new Set(["remarks", "remarked"]);
      return [
        ...ofProof.filter(([field]) => !late.has(field)), ...counted, ...station.rules.withdrawn(withdrawnOf(door), old(door)), ...paid,
        ...ofProof.filter(([field]) => late.has(field)), ...door.signed("signature"),
        ...(wantsPhoto(door) && !door.photo ? [["photo", "doors.photo_wanted"]] : []),
      ];
    },

    async acts(door) {
      const number = door.number, proof = proofOf(door);
      proof.signature_png = await door.signature("signature", proof.receiver_name);
      proof.photo_jpeg = door.photo;
      return [
        { kind: "deliver", body: { number, proof, withdrawn: withdrawnOf(door) } },
        ...station.doors.till.taken(door, sums(door.stop)).map((sum) => ({ kind: "fee", body: { number, ...sum } })),
      ];
    },

    done(door, acts, kept) {
      const { proof } = acts[0].body;
      return station.doors.done(door, {
        word: say("doors.delivered"), acts, kept,
        more: say("doors.delivered_to", { name: proof.receiver_name, time: station.doors.clock(new Date(kept[0].at || Date.now())) }),
      });
    },
  });

})(self.station = self.station || {});
