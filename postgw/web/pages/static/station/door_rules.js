// What the law wants before paper changes hands, said at the form: without a signal nobody else can say it in time.
// Each rule is the server's own (domain: proof, refusal, paper_check, packing, note, paper_duty); a test holds the two
// sides together. A rule answers with what is wrong, as pairs of a field and the name of a sentence.
(function (station) {
  "use strict";

  const NAME = 150, SAID = 1000, PAPER = 300, LINES = 200, QUANTITY = 500;
  const TAIL = /^[0-9A-Z]{2,4}$/, SEAL = /^[0-9A-Z][0-9A-Z./-]{2,29}$/;
  const LOST = /[A-Za-zÀ-ỹ]\?|\?[A-Za-zÀ-ỹ]|\ufffd|\?{2,}/;
  const KINDS = ["original", "certified", "copy"];

  const tidy = (text) => String(text || "").replace(/\s+/g, " ").trim();

  const fold = (text) => {
    const plain = text.normalize("NFKD").toLowerCase().replace(/[đð]/g, "d").normalize("NFKD");
    return plain.replace(/\p{M}/gu, "").split(/\s+/).filter(Boolean).join(" ");
  };

  const letters = (text) => [...text].length;

  const text = (field, given, { most = NAME, wanted = true, missing = "doors.missing" } = {}) => {
    const told = tidy(given);
    if (!told) return wanted ? [[field, missing]] : [];
    if (letters(told) > most) return [[field, "doors.long", { most }]];
    return LOST.test(told) ? [[field, "doors.lost_letters"]] : [];
  };

  const tail = (given) => tidy(given).toUpperCase();

  const identity = (kind, end, kinds) => [
    ...(kinds.includes(kind) ? [] : [["id_kind", "doors.id_kind"]]),
    ...(TAIL.test(tail(end)) ? [] : [["id_tail", letters(tail(end)) > 4 ? "doors.id_whole" : "doors.id_tail"]]),
  ];

  // Circular 17/2017 art. 5.2.d: the receiver's own paper, and the authorisation of whoever takes it for another.
  const proof = (p, kinds) => {
    const forAnother = p.receiver_kind !== "addressee";
    return [
      ...(["addressee", "proxy", "organisation"].includes(p.receiver_kind) ? [] : [["receiver_kind", "doors.receiver"]]),
      ...text("receiver_name", p.receiver_name, { missing: "doors.name" }),
      ...(forAnother && !p.authorisation_seen ? [["authorisation_seen", "doors.authorisation_seen"]] : []),
      ...(forAnother && !tidy(p.authorisation) && !tidy(p.relation) ? [["authorisation", "doors.authorisation"]] : []),
      ...text("authorisation", p.authorisation, { wanted: false }),
      ...text("relation", p.relation, { wanted: false }),
      ...identity(p.id_kind, p.id_tail, kinds),
      ...text("remarks", p.remarks, { most: SAID, missing: "doors.remarks" }),
    ];
  };

  // Art. 5.2.đ: no old paper is left without an outcome, and a lost one not without the citizen's word.
  const withdrawn = (told, asked) => asked.flatMap((name, n) => {
    const each = told.find((one) => fold(one.name) === fold(name));
    if (!each || !["collected", "lost"].includes(each.outcome)) return [[`old-${n}`, "doors.old"]];
    return text(`old-${n}-note`, each.note, { most: SAID, wanted: each.outcome === "lost", missing: "doors.old_lost" });
  });

  // Joint Circular 18/2015 art. 3: the refuser's name, paper and signature, or the worker's name, reason and signature.
  const refusal = (e, kinds) => [
    ...(tidy(e.refuser_name)
      ? [
        ...text("refuser_name", e.refuser_name), ...text("organisation", e.organisation, { wanted: false }),
        ...identity(e.id_kind, e.id_tail, kinds),
      ]
      : [
        ...text("worker_name", e.worker_name), ...text("statement", e.statement, { most: SAID, missing: "doors.statement" }),
      ]),
    ...(e.signature_png ? [] : [["signature", "doors.signature"]]),
  ];

  const quantities = (papers) => {
    const found = new Map();
    for (const paper of papers) found.set(fold(paper.name), (found.get(fold(paper.name)) || 0) + paper.quantity);
    return found;
  };

  // QĐ45 art. 6.2-3, 16.5.b: what the list requires is there or told missing; nothing beyond it is demanded.
  const shortOf = (list, present) => {
    const found = quantities(present);
    return list.filter((line) => line.required && (found.get(fold(line.name)) || 0) < (line.quantity || 1)).map((line) => line.name);
  };

  const count = (list, counted) => {
    const found = quantities(counted.present), known = new Map(list.map((line) => [fold(line.name), line]));
    const told = new Set(counted.missing.map(fold));
    return [
      ...(counted.present.length > LINES ? [["papers", "doors.many_papers", { most: LINES }]] : []),
      ...counted.present.flatMap((paper) => [
        ...text(paper.field || "papers", paper.name, { most: PAPER, missing: "doors.paper_name" }),
        ...(KINDS.includes(paper.kind) ? [] : [[paper.field || "papers", "doors.paper_kind"]]),
        ...(Number.isInteger(paper.quantity) && paper.quantity >= 1 && paper.quantity <= QUANTITY
          ? [] : [[paper.field || "papers", "doors.quantity", { most: QUANTITY }]]),
      ]),
      ...counted.missing.flatMap((name) => {
        const line = known.get(fold(name));
        if (!line) return [["papers", "doors.beyond"]];
        return (found.get(fold(name)) || 0) >= (line.quantity || 1) ? [["papers", "doors.both"]] : [];
      }),
      ...(shortOf(list, counted.present).every((name) => told.has(fold(name))) ? [] : [["papers", "doors.not_counted"]]),
      ...(counted.missing.length && !counted.guided ? [["guided", "doors.guided"]] : []),
      ...text("citizen", counted.citizen, { missing: "doors.name" }),
    ];
  };

  const seal = (given) => tidy(given).toUpperCase();

  // QĐ45 art. 6.5: the worker closes the envelope in front of the citizen, under a seal that bears a number.
  const packing = (p) => [
    ...(SEAL.test(seal(p.seal_no)) ? [] : [["seal_no", "doors.seal"]]),
    ...text("packed_by", p.packed_by),
    ...text("witness", p.witness, { missing: "doors.witness" }),
  ];

  // Circular 17/2017 art. 9: both hands under one wording, and never one hand twice.
  const note = (consignor, post) => [
    ...text("consignor", consignor.name, { missing: "doors.name" }),
    ...(consignor.signature_png ? [] : [["consignor", "doors.signature"]]),
    ...(tidy(consignor.name) === tidy(post.name) ? [["witness", "doors.both_sides"]] : []),
    ...text("post", post.name, { missing: "doors.name" }),
    ...(post.signature_png ? [] : [["post", "doors.signature"]]),
  ];

  station.rules = { tidy, fold, tail, seal, text, identity, proof, withdrawn, refusal, shortOf, count, packing, note };
})(self.station = self.station || {});
