// What was typed at a door and not recorded yet: kept at each change, bound to its worker, forgotten after a day, wiped
// when the acts are queued. A killed tab loses nothing, and the next worker on the device sees nothing.
(function (station) {
  "use strict";

  const DAY = 24 * 3600 * 1000;

  const unlessFull = (error) => { if (!(error instanceof station.Full)) throw error; };

  // All drafts lie in one place, so that the end of a shift drops them together.
  class Draft {
    constructor(key, worker) {
      Object.assign(this, { key, worker, closed: false, writing: null, again: null });
    }

    async open() {
      const kept = ((await station.store.get("state", "drafts")) || {})[this.key];
      if (!kept || kept.worker !== this.worker || Date.now() - kept.at > DAY) return null;
      if (!(await this.isQueued(kept.act_ids || []))) return kept;
      await this.write(null);
      return null;
    }

    // Its acts are on the disk already: the tab was killed before the draft was wiped.
    async isQueued(act_ids) {
      if (!act_ids.length) return false;
      const known = [...(await station.store.all("queue")), ...(await station.store.all("done"))];
      return known.some((each) => act_ids.includes(each.act_id));
    }

    // A full disk keeps no draft, but may still take the acts: the queue has room laid aside.
    async seal(draft) {
      this.again = null;
      await this.writing;
      await this.write({ ...draft, worker: this.worker, at: Date.now() }).catch(unlessFull);
    }

    // One write at a time; whatever changed meanwhile goes with the next one.
    keep(read) {
      if (this.closed) return;
      this.again = read;
      if (!this.writing) this.writing = this.drain().finally(() => { this.writing = null; });
    }

    async drain() {
      while (this.again && !this.closed) {
        const read = this.again;
        this.again = null;
        await this.write({ ...read(), worker: this.worker, at: Date.now() }).catch(unlessFull);
      }
    }

    write(draft) {
      return station.store.run(["state"], "readwrite", (tx) => {
        const state = tx.objectStore("state"), asked = state.get("drafts");
        asked.onsuccess = () => {
          const fresh = Object.entries(asked.result || {}).filter(([key, kept]) => key !== this.key && Date.now() - kept.at < DAY);
          state.put(Object.fromEntries(draft ? [...fresh, [this.key, draft]] : fresh), "drafts");
        };
      });
    }

    async wipe() {
      this.closed = true;
      await this.writing;
      await this.write(null).catch(unlessFull);
    }
  }

  station.doors.Draft = Draft;
})(self.station = self.station || {});
