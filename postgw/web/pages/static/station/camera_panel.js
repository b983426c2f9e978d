/* The camera on a screen: the picture, its light, and a sentence for whatever keeps it from opening. */
(function (station) {
  "use strict";
  const said = {
    insecure: "camera.insecure", refused: "camera.refused", missing: "camera.missing", busy: "camera.busy",
    reader: "camera.reader", ended: "camera.ended", hidden: "camera.hidden",
  };
  // Pressing again helps only where somebody can change something.
  const FINAL = new Set(["insecure"]);

  /** Puts the camera into `root` and opens it. onClose() is called when the hand turns it off.
      Returns {close}: takes the panel away and frees the camera. */
  const mount = (root, onText, { keyOf, onClose = () => {} } = {}) => {
    root.append(station.template("t-camera"));
    const panel = root.querySelector(".camera");
    const [light, again, off] = ["light", "again", "off"].map((name) => panel.querySelector(`[data-act=${name}]`));
    const line = panel.querySelector("[role=status]");

    const say = (name, state) => {
      line.textContent = station.say(name);
      panel.dataset.state = state;
      again.hidden = state !== "away";
      light.hidden = true;
    };
    const away = (code) => {
      say(said[code], "away");
      again.hidden = FINAL.has(code);
    };
    const start = async () => {
      say("camera.opening", "opening");
      try {
        const { torch } = await station.camera.open(panel.querySelector("video"), onText, { keyOf, onEnd: away });
        if (!station.camera.isOpen()) return;
        say("camera.ready", "open");
        light.hidden = !torch;
        light.setAttribute("aria-pressed", "false");
      } catch (error) {
        away(error.code);
      }
    };
    const close = () => {
      station.camera.close();
      panel.remove();
    };

    light.addEventListener("click", async () => {
      const on = light.getAttribute("aria-pressed") !== "true";
      await station.camera.torch(on);
      light.setAttribute("aria-pressed", String(on));
    });
    again.addEventListener("click", start);
    off.addEventListener("click", () => { close(); onClose(); });
    start();
    return { close };
  };

  station.cameraPanel = { mount };
})(self.station = self.station || {});
