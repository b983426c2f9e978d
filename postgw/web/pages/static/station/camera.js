/* The camera as a scanner: opens the rear camera, reads frame after frame, tells each code once while it is in view.
   The reader of bar codes is large and stands apart (camera_reader.js): it is loaded when the camera is first opened.
   A camera that nobody looks at is let go: at close, when the page is hidden, when the track ends. */
(function (station) {
  "use strict";
  // A code that was out of view for so long, and in so many pictures, is a new scan when it comes back. A slow phone reads
  // one picture in two seconds, and a label that lies still is in each of them.
  const FORGOTTEN_MS = 1500;
  const FORGOTTEN_PICTURES = 3;
  const PICTURE = { facingMode: { ideal: "environment" }, width: { ideal: 1920 }, height: { ideal: 1080 } };
  // What the browser says, in the words of words_camera.py.
  const WHY = {
    NotAllowedError: "refused", SecurityError: "refused", NotFoundError: "missing", OverconstrainedError: "missing",
    NotReadableError: "busy", AbortError: "busy",
  };
  let session = null;
  let reader = null;

  class CameraError extends Error {
    /** @param {"insecure"|"refused"|"missing"|"busy"|"reader"|"ended"} code */
    constructor(code, cause) {
      super(cause ? String(cause) : code);
      this.name = "CameraError";
      this.code = code;
    }
  }

  /** Starts the thread that reads pictures; a thread that cannot start is not kept, so that the next opening tries anew. */
  const startReader = () => {
    const { worker, library, wasm } = document.getElementById("t-camera").dataset;
    const thread = new Worker(worker);
    let settle = null;
    const ask = (message, transfer = []) => new Promise((resolve, reject) => {
      settle = { resolve, reject };
      thread.postMessage(message, transfer);
    });
    const fail = (why) => {
      if (reader && reader.thread === thread) reader = null;
      thread.terminate();
      if (settle) settle.reject(new CameraError("reader", why));
    };
    thread.onerror = (event) => { event.preventDefault(); fail(event.message); };
    thread.onmessage = ({ data }) => (data.broken ? fail(data.broken) : settle.resolve(data.found));
    const ready = ask({ library, wasm });
    return { thread, ready, read: (picture) => ask({ picture }, [picture]), stop: () => fail("stopped") };
  };

  const askForCamera = async () => {
    if (!window.isSecureContext) throw new CameraError("insecure");
    if (!navigator.mediaDevices || !navigator.mediaDevices.getUserMedia) throw new CameraError("missing");
    try {
      return await navigator.mediaDevices.getUserMedia({ audio: false, video: PICTURE });
    } catch (error) {
      throw new CameraError(WHY[error.name] || "missing", error);
    }
  };

  const stop = (stream) => stream.getTracks().forEach((track) => track.stop());

  const nextFrame = (video) => new Promise((resolve) => {
    if (video.requestVideoFrameCallback) video.requestVideoFrameCallback(() => resolve());
    else setTimeout(resolve, 60);
  });

  /** Tells what is new in view. Two symbols of one label are one key when `keyOf` knows that they are. */
  const tell = async (mine, found) => {
    mine.pictures += 1;
    for (const each of found) {
      const sign = `${each.format} ${each.text}`;
      if (!mine.keys.has(sign)) mine.keys.set(sign, await mine.keyOf(each.text, each.format));
      const key = mine.keys.get(sign);
      if (mine !== session) return;
      const now = { at: performance.now(), picture: mine.pictures };
      const last = mine.seen.get(key);
      mine.seen.set(key, now);
      const isNew = !last || (now.at - last.at > FORGOTTEN_MS && now.picture - last.picture > FORGOTTEN_PICTURES);
      if (isNew) mine.onText(each.text, each.format);
    }
  };

  const scan = async (mine) => {
    try {
      for (;;) {
        await nextFrame(mine.video);
        if (mine !== session) return;
        const picture = await createImageBitmap(mine.video);
        const found = await reader.read(picture);
        if (mine !== session) return;
        await tell(mine, found);
      }
    } catch (error) {
      if (mine === session) end(error instanceof CameraError ? error.code : "reader");
    }
  };

  /** Says whether there is a light, and lets the lens look for sharpness by itself where it can. */
  const follow = (track) => {
    track.onended = () => end("ended");
    const can = track.getCapabilities ? track.getCapabilities() : {};
    if ((can.focusMode || []).includes("continuous")) {
      track.applyConstraints({ advanced: [{ focusMode: "continuous" }] }).catch(() => {}); // sharp enough without
    }
    return Boolean(can.torch);
  };

  /** Opens the camera into `video` and calls `onText(text, format)` for each code that comes into view.
      keyOf(text, format): the item behind a text, may be a promise, asked once; onEnd(code): the camera went by itself ("hidden", "ended", "reader").
      Resolves with {torch}: whether there is a light. Rejects with a CameraError. */
  const open = async (video, onText, { keyOf = (text) => text, onEnd = () => {} } = {}) => {
    close();
    const mine = { video, onText, keyOf, onEnd, keys: new Map(), seen: new Map(), pictures: 0, stream: null };
    session = mine;
    try {
      mine.stream = await askForCamera();
      if (mine !== session) return { torch: false };
      video.muted = true;
      video.setAttribute("playsinline", "");
      video.srcObject = mine.stream;
      const torch = follow(mine.stream.getVideoTracks()[0]);
      await video.play();
      reader = reader || startReader();
      await reader.ready;
      if (mine === session) scan(mine);
      return { torch };
    } catch (error) {
      if (mine !== session) return { torch: false }; // closed meanwhile: nobody waits for an answer
      close();
      throw error instanceof CameraError ? error : new CameraError("missing", error);
    } finally {
      if (mine !== session && mine.stream) stop(mine.stream);
    }
  };

  const close = () => {
    const mine = session;
    session = null;
    if (!mine || !mine.stream) return;
    stop(mine.stream);
    if (mine.video.srcObject === mine.stream) mine.video.srcObject = null;
  };

  const end = (code) => {
    const mine = session;
    close();
    if (mine) mine.onEnd(code);
  };

  /** Switches the light of the open camera on or off. */
  const torch = (on) => session.stream.getVideoTracks()[0].applyConstraints({ advanced: [{ torch: on }] });

  document.addEventListener("visibilitychange", () => {
    if (document.hidden && session) end("hidden");
    if (document.hidden && reader) reader.stop(); // some thirty megabytes that another app may need
  });

  station.camera = { open, close, torch, isOpen: () => session !== null, CameraError };
})(self.station = self.station || {});
