// A bag or a handover list that was scanned: its lines for ticking. Each scan ticks one; the same code once more ticks all
// that is left; what is missing or torn is said with its reason.
(function (station) {
  "use strict";
  const { say } = station;
  const SHOWN = 5; // the last ten stay in view; all of it on demand
  const MOST = 1000; // lines of one tick

  class ScanList {
    constructor(root, scanning) {
      this.root = root;
      this.scanning = scanning;
      this.place = root.querySelector("[data-list]");
      this.place.querySelector("[data-close-list]").addEventListener("click", () => this.open(null));
      this.all = this.place.querySelector("[data-all-lines]");
      this.all.addEventListener("click", () => { this.isWhole = !this.isWhole; this.draw(); });
      this.isWhole = false;
      this.draw = station.calm(() => this.lay());
    }

    get list() { return this.scanning.job.list; }

    tickOf(number) {
      const { job } = this.scanning;
      return this.list.kind === "bag" ? station.ledger.earlier(job.ledger, job.code, number) : station.ledger.ticked(job.ledger, this.list.number, number);
    }

    done() {
      return new Set(this.list.numbers.filter((number) => {
        const act = this.tickOf(number);
        return act && act.body.outcome !== "missing";
      }));
    }

    // A code of a bag or a list came: open it, or tick what is left of it.
    async scanned(read) {
      if (this.list?.number === read.number) return this.tickAll(read);
      const found = station.snapshot.group(read.number) ?? (navigator.onLine ? await this.fetched(read.number) : null);
      const isOurs = found?.numbers?.length;
      if (!isOurs) {
        const more = found?.owner ? say("scan.owner", { owner: found.owner }) : say(navigator.onLine ? "scan.no_group" : "scan.no_group_offline", { time: station.clock(Date.now() - station.snapshot.age()) });
        return this.say(read, { state: "late", word: say("scan.unknown_group"), more, to: say("scan.unknown_group") });
      }
      this.open(found);
      this.say(read, {
        state: "run", icon: found.kind === "bag" ? "box" : "paper", word: say("scan.list_open", { n: found.numbers.length }),
        more: say(found.kind === "bag" ? "scan.list_bag" : "scan.list_manifest"), to: say("scan.list_opened"),
      });
    }

    async fetched(number) {
      const found = await station.snapshot.lookup(number);
      return found && { ...found, number };
    }

    say(read, told) {
      this.scanning.show({ ...told, shown: read.number, at: read.taken, ended: read.at });
    }

    // The address names the open list, so that a reload comes back to it.
    open(list) {
      const { job } = this.scanning;
      job.list = list;
      const parts = ["#/scan", job.code, ...(job.reason || list ? [job.reason || "-"] : []), ...(list ? [list.number] : [])];
      history.replaceState(null, "", parts.join("/"));
      this.scanning.drawHead();
      this.draw();
    }

    async tickAll(read) {
      const { job } = this.scanning;
      const left = this.list.numbers.filter((number) => !this.tickOf(number));
      if (!left.length) return this.say(read, { state: "warn", icon: "dup", word: say("scan.list_full"), more: say("scan.list_full_more"), to: say("scan.list_full") });
      const scan = (number, numbers) => ({ kind: "scan", body: { number, code: job.code, ...(job.reason ? { reason: job.reason } : {}) }, show: { numbers } });
      let items;
      if (this.list.kind === "manifest") items = parted(left).map((numbers) => this.tick(numbers, "ticked", ""));
      else if (left.length === this.list.numbers.length) items = [scan(this.list.number, left)];
      else items = left.map((number) => scan(number, [number]));
      await this.put(read, items, { state: "ok", word: say("scan.list_ticked", { n: left.length }), more: say("scan.list_ticked_more"), to: say("scan.list_ticked", { n: left.length }) });
    }

    tick(numbers, outcome, reason) {
      return { kind: "tick", body: { manifest_no: this.list.number, numbers, outcome, ...(reason ? { reason } : {}) } };
    }

    async put(read, items, told) {
      try {
        await this.scanning.put(items.map((item) => ({ ...item, at: read.taken })));
      } catch (error) {
        if (error instanceof station.Locked) return station.show();
        if (!(error instanceof station.Full)) throw error;
        return this.say(read, { state: "late", word: say("scan.full"), more: say("scan.full_more"), to: say("scan.full_row") });
      }
      this.say(read, told);
      this.scanning.drawTally();
      this.draw();
    }

    async missing(number) {
      const shown = station.snapshot.item(number)?.item_no || number;
      const options = ["absent", "later", "torn"].map((name) => ({ name, title: say(`scan.missing_${name}`) }));
      const why = await station.scanRows.choose(this.root, say("scan.missing_why"), shown, options);
      if (!why) return;
      const outcome = why.name === "torn" ? "damaged" : "missing";
      const read = { number: shown, taken: new Date(), at: performance.now() };
      await this.put(read, [this.tick([number], outcome, why.title)], { state: "warn", word: say(`scan.noted_${outcome}`), more: why.title, to: why.title });
    }

    lay() {
      this.place.hidden = !this.list;
      if (!this.list) return;
      const left = this.list.numbers.filter((number) => !this.tickOf(number));
      station.fill(this.place, {
        name: station.code(this.list.number),
        left: left.length ? say("scan.list_left", { n: left.length }) : say("scan.list_full"),
        hint: left.length ? say(this.list.kind === "bag" ? "scan.hint_bag" : "scan.hint_manifest") : "",
      });
      this.all.hidden = left.length <= SHOWN;
      this.all.setAttribute("aria-expanded", String(this.isWhole));
      this.all.textContent = this.isWhole ? say("scan.list_less") : say("scan.list_whole", { n: left.length });
      this.place.querySelector("ol").replaceChildren(...left.slice(0, this.isWhole ? undefined : SHOWN).map((number) => this.line(number)));
    }

    line(number) {
      const made = station.template("t-scan-line").firstElementChild;
      const item = station.snapshot.item(number);
      const shown = item?.item_no || number;
      station.fill(made, { number: station.code(shown), to: item ? station.judging.place(item) : "" });
      const button = made.querySelector("[data-missing]");
      button.hidden = this.list.kind === "bag";
      button.setAttribute("aria-label", say("scan.missing_label", { number: station.numbers.grouped(shown) }));
      button.addEventListener("click", () => this.missing(number));
      return made;
    }
  }

  function parted(numbers) {
    const parts = [];
    for (let from = 0; from < numbers.length; from += MOST) parts.push(numbers.slice(from, from + MOST));
    return parts;
  }

  station.ScanList = ScanList;
})(self.station = self.station || {});
