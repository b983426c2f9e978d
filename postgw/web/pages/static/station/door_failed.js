// Not delivered: the reason, the evidence that the law wants behind a return, and the next call to the recipient.
// The acts: `attempt`, then `invite` where an invitation made today counts.
(function (station) {
  "use strict";

  const { say, dayWords, today } = station.doors;
  //: As they happen at doors; the first of them at once, the others behind one more touch.
  const ORDER = ["absent", "rescheduled", "no_identity", "refused", "fee_unpaid", "not_found", "moved", "address_incomplete", "address_wrong", "weather"];
  const AT_ONCE = 5;
  //: Nobody was looked for in vain, so there is nothing to invite to.
  const UNINVITED = new Set(["rescheduled", "weather"]);

  const rules = (door) => door.snapshot.doors || { recorded: [], invitations: 2, working_days_apart: 2 };

  const reasons = (door) => {
    const known = (door.snapshot.reasons && door.snapshot.reasons.attempt) || [];
    const place = (one) => (ORDER.indexOf(one.code) + 1 || ORDER.length + 1);
    return [...known].sort((one, other) => place(one) - place(other));
  };

  const reason = (door) => reasons(door).find((one) => one.code === door.value("reason"));

  // A return may stand on some reasons, and then wants a signed record: of who refused, else of the worker.
  const evidence = (door, one) => {
    if (!one || !rules(door).recorded.includes(one.code)) return "";
    return one.code === "refused" ? "refusal" : "worker";
  };

  const plus = (day, working) => {
    const date = new Date(`${day}T00:00:00Z`);
    for (let left = working; left > 0;) {
      date.setUTCDate(date.getUTCDate() + 1);
      if (date.getUTCDay() % 6) left -= 1;
    }
    return date.toISOString().slice(0, 10);
  };

  // The first day on which another invitation counts, as the snapshot knows it (it knows the holidays); an item that is
  // not on this worker's list is reckoned by the week alone.
  const invitation = (door) => {
    const stop = door.stop || {}, invited = [...(stop.invited || [])].sort(), last = invited[invited.length - 1];
    const rule = rules(door);
    const first = stop.invite_from || (last ? plus(last, rule.working_days_apart) : today());
    const isDone = last === today();
    return {
      invited, isDone, ordinal: invited.length + (isDone ? 0 : 1), mayToday: first <= today(), first,
      wanted: rule.invitations, next: stop.invite_next || plus(today(), rule.working_days_apart),
    };
  };

  const office = (door) => (door.snapshot.office && door.snapshot.office.name) || door.shift.unit_name || "";

  const inviteFact = (door, one) => {
    if (!one || evidence(door, one)) return "";
    const call = invitation(door);
    return call.isDone || !call.mayToday ? "wait" : "may";
  };

  const inviteWords = (door) => {
    const call = invitation(door);
    if (call.isDone) return say("doors.invited_today", { n: call.ordinal });
    if (!call.mayToday) return say("doors.invite_wait", { n: call.invited.length, day: dayWords(call.invited[call.invited.length - 1]), first: dayWords(call.first) });
    const key = call.ordinal < call.wanted ? "doors.invite_now" : "doors.invite_last";
    return say(key, { office: office(door), next: dayWords(call.next) });
  };

  const evidenceOf = (door, kind, signature_png = "yes") => {
    if (!kind) return null;
    if (kind === "refusal" && door.value("by") === "refuser") {
      return {
        refuser_name: station.rules.tidy(door.value("refuser_name")), organisation: station.rules.tidy(door.value("organisation")),
        id_kind: door.value("id_kind"), id_tail: station.rules.tail(door.value("id_tail")), signature_png,
      };
    }
    return { worker_name: door.shift.name || "", statement: station.rules.tidy(door.value("statement")), signature_png };
  };

  const noteOf = (door, one) => {
    const promised = one.code === "rescheduled" && door.value("promised") ? [say("doors.promised", { day: dayWords(door.value("promised")) })] : [];
    return [...promised, station.rules.tidy(door.value("note"))].filter(Boolean).join(" ");
  };

  const checkEvidence = (door, kind) => {
    if (!kind) return [];
    if (kind === "refusal" && !door.value("by")) return [["by", "doors.who_signs"]];
    const told = evidenceOf(door, kind), isRefuser = "refuser_name" in told;
    const named = isRefuser && !told.refuser_name ? [["refuser_name", "doors.name"]] : [];
    const rest = isRefuser && !told.refuser_name
      ? station.rules.identity(told.id_kind, told.id_tail, Object.keys(door.snapshot.id_kinds || {}))
      : station.rules.refusal(told, Object.keys(door.snapshot.id_kinds || {}));
    return [...named, ...rest, ...door.signed("signature")];
  };

  station.doors.screen("failed", {
    about(door) {
      const { stop } = door, due = stop.due_on ? [say("doors.due", { day: dayWords(stop.due_on) })] : [];
      const invited = (stop.invited || []).length ? [say("doors.invited", { n: stop.invited.length })] : [];
      return [say("doors.attempt", { n: (stop.attempts || 0) + 1 }), ...due, ...invited].join(" · ");
    },

    prepare(door, kept) {
      station.doors.kinds(door);
      door.facts = { evidence: "", invite: "", signs: "" };
      const choices = reasons(door).map((one) => ({
        value: one.code, title: one.title, hint: evidence(door, one) ? say(`doors.wants_${evidence(door, one)}`) : "",
      }));
      station.doors.radios(door.root.querySelector("[data-list=reasons]"), "reason", choices);
      const more = door.root.querySelector("[data-more]"), rest = [...door.root.querySelector("[data-list=reasons]").children].slice(AT_ONCE);
      const fold = (is) => { more.hidden = !is; for (const each of rest) each.hidden = is; };
      const was = kept.fields ? kept.fields.reason : "";
      fold(rest.length > 1 && !rest.some((each) => each.firstElementChild.value === was));
      more.addEventListener("click", () => { fold(false); rest[0].firstElementChild.focus(); });
      door.form.elements.promised.min = today();
      door.proposed = "";
    },

    update(door) {
      const one = reason(door), kind = evidence(door, one), invite = inviteFact(door, one);
      const by = kind === "refusal" ? door.value("by") : kind;
      door.facts = { evidence: kind, invite, signs: by };
      if (one && invite === "may" && door.proposed !== one.code && !door.value("way")) {
        const way = UNINVITED.has(one.code) ? "none" : "";
        if (way) door.controls("way").find((each) => each.value === way).checked = true;
      }
      if (one && door.proposed && door.proposed !== one.code) for (const each of door.controls("way")) each.checked = UNINVITED.has(one.code) && each.value === "none";
      door.proposed = one ? one.code : "";
      const call = invitation(door);
      door.put("invite-title", say("doors.invitation", { n: call.ordinal }));
      door.put("invite-words", inviteWords(door));
      door.put("slip-number", station.code(door.number));
      door.put("slip-office", office(door));
      door.put("slip-from", say("doors.slip_from", { n: call.ordinal, day: dayWords(today()) }));
      door.put("worker", door.shift.name || "");
      door.put("moment", say("doors.moment", { time: station.doors.clock(new Date()), day: dayWords(today()) }));
      const told = evidenceOf(door, kind), signer = door.root.querySelector("[data-signer=signature]");
      signer.textContent = told ? told.refuser_name || told.worker_name || "" : "";
    },

    check(door) {
      const one = reason(door);
      if (!one) return [["reason", "doors.reason"]];
      const promised = one.code === "rescheduled" && door.value("promised") < today() ? [["promised", "doors.promised_when"]] : [];
      const way = inviteFact(door, one) === "may" && !door.value("way") ? [["way", "doors.way"]] : [];
      return [
        ...promised, ...station.rules.text("note", door.value("note"), { most: 500, wanted: false }),
        ...checkEvidence(door, evidence(door, one)), ...way,
      ];
    },

    async acts(door) {
      const one = reason(door), kind = evidence(door, one), number = door.number;
      const body = { number, reason: one.code, note: noteOf(door, one) };
      if (kind) {
        const told = evidenceOf(door, kind);
        body.evidence = evidenceOf(door, kind, await door.signature("signature", told.refuser_name || told.worker_name));
      }
      const way = inviteFact(door, one) === "may" ? door.value("way") : "";
      return [{ kind: "attempt", body }, ...(way && way !== "none" ? [{ kind: "invite", body: { number, way } }] : [])];
    },

    done(door, acts, kept) {
      const call = invitation(door), one = reason(door), isInvited = acts.length > 1;
      const more = isInvited
        ? say(call.ordinal < call.wanted ? "doors.failed_invited" : "doors.failed_last", { n: call.ordinal, next: dayWords(call.next), office: office(door) })
        : say(evidence(door, one) ? "doors.failed_recorded" : "doors.failed_kept", { office: office(door) });
      return station.doors.done(door, { word: say("doors.failed"), state: "warn", more: `${one.title}. ${more}`, acts, kept });
    },
  });
})(self.station = self.station || {});
