/* Reads a QR code by the camera or out of a picture, on the phone itself: no picture leaves it. The phone's own reader is
   used where there is one, else the one of the station, which is loaded when it is first wanted.
   Only an address of this house is gone to, and only its path: a code that leads elsewhere is not followed. */
"use strict";
(() => {
  const root = document.getElementById("qr");
  const [view, told, open, photo] = ["view", "told", "open", "photo"].map((id) => document.getElementById(id));
  const WAYS = /^\/[tmcr]\/[^/?#]+\/?$/;
  let stream = null;
  let reader = null;

  const say = (name) => { told.textContent = root.dataset[name]; };

  /** Returns {path}, {number} or {foreign}: what a code leads to. */
  const meant = (text) => {
    const trimmed = text.trim();
    if (!/^[a-z][a-z0-9+.-]*:/i.test(trimmed)) return { number: trimmed.slice(0, 60) };
    let address = null;
    try { address = new URL(trimmed); } catch { return { foreign: true }; }
    const ours = [location.host, root.dataset.host].includes(address.host) && /^https?:$/.test(address.protocol);
    return ours && WAYS.test(address.pathname) ? { path: address.pathname } : { foreign: true };
  };

  const follow = (text) => {
    const { path, number, foreign } = meant(text);
    if (foreign) return say("foreign");
    stop();
    say("found");
    if (path) return location.assign(path);
    const box = document.getElementById("q");
    box.value = number;
    return box.form.requestSubmit();
  };

  const thread = () => new Promise((resolve, reject) => {
    const worker = new Worker(root.dataset.worker);
    let settle = { resolve: () => resolve(ask), reject };
    const ask = (picture) => new Promise((good, bad) => {
      settle = { resolve: good, reject: bad };
      worker.postMessage({ picture }, [picture]);
    });
    worker.onerror = (event) => { event.preventDefault(); reader = null; settle.reject(new Error(event.message)); };
    worker.onmessage = ({ data }) => (data.broken ? settle.reject(new Error(data.broken)) : settle.resolve((data.found || []).map((each) => each.text)));
    worker.postMessage({ library: root.dataset.library, wasm: root.dataset.wasm });
  });

  const ownReader = async () => {
    if (!("BarcodeDetector" in self)) return null;
    const kinds = await BarcodeDetector.getSupportedFormats();
    if (!kinds.includes("qr_code")) return null;
    const detector = new BarcodeDetector({ formats: ["qr_code", ...kinds.filter((kind) => kind === "code_128")] });
    return async (picture) => (await detector.detect(picture)).map((each) => each.rawValue);
  };

  const read = async (picture) => {
    reader = reader || (async () => (await ownReader()) || thread())();
    try {
      return await (await reader)(picture);
    } catch (error) {
      reader = null;
      throw error;
    }
  };

  const stop = () => {
    if (stream) stream.getTracks().forEach((track) => track.stop());
    stream = null;
    view.hidden = true;
    open.hidden = false;
  };

  const nextFrame = () => new Promise((resolve) => {
    if (view.requestVideoFrameCallback) view.requestVideoFrameCallback(() => resolve());
    else setTimeout(resolve, 100);
  });

  const watch = async (mine) => {
    while (mine === stream) {
      await nextFrame();
      if (mine !== stream) return;
      const [text] = await read(await createImageBitmap(view));
      if (text && mine === stream) follow(text);
    }
  };

  open.addEventListener("click", async () => {
    if (!navigator.mediaDevices || !navigator.mediaDevices.getUserMedia) return say("missing");
    say("opening");
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: { facingMode: { ideal: "environment" } } });
    } catch (error) {
      return say(error.name === "NotAllowedError" ? "refused" : "missing");
    }
    open.hidden = true;
    view.hidden = false;
    view.srcObject = stream;
    await view.play();
    say("ready");
    return watch(stream).catch(() => { stop(); say("broken"); });
  });

  photo.addEventListener("change", async () => {
    const [file] = photo.files;
    if (!file) return;
    say("reading");
    let picture = null;
    try { picture = await createImageBitmap(file); } catch { say("nothing"); return; }
    try {
      const [text] = await read(picture);
      if (text) follow(text); else say("nothing");
    } catch { say("broken"); }
    photo.value = "";
  });

  document.addEventListener("visibilitychange", () => { if (document.hidden && stream) stop(); });
  root.hidden = false;
})();
