// Numbers as they come, worked off one after another: none is lost while a signature or a write to the disk is under way,
// and what comes before the screen is ready waits.
(function (station) {
  "use strict";

  class Pile {
    // `work(reads)` takes from the front of the reads until none is left.
    constructor(work) {
      this.work = work;
      this.reads = [];
      this.working = null;
      this.isReady = false;
    }

    take(read) {
      this.reads.push({ ...read, taken: new Date() });
      if (this.isReady) this.run();
    }

    begin() {
      this.isReady = true;
      this.run();
    }

    run() {
      this.working ??= this.work(this.reads).finally(() => { this.working = null; });
    }

    // Resolves when what is under way is through.
    rest() {
      return this.working;
    }
  }

  station.Pile = Pile;
})(self.station = self.station || {});
