// A photo from the phone's own camera: made small on the phone, and bare of what a camera writes beside a picture
// (place, time, kind of phone), for it is drawn anew.
(function (station) {
  "use strict";

  const EDGES = [1280, 1024, 800, 640, 480, 320], QUALITIES = [0.8, 0.6, 0.4];
  const MOST = 74000;  // bytes: as base64 still under 100 kB

  const opened = async (file) => {
    if (self.createImageBitmap) {
      try { return await createImageBitmap(file, { imageOrientation: "from-image" }); } catch { /* an older phone knows only the element */ }
    }
    const address = URL.createObjectURL(file);
    try {
      const image = new Image();
      image.src = address;
      await image.decode();
      return image;
    } finally {
      URL.revokeObjectURL(address);
    }
  };

  const drawn = (image, edge) => {
    const scale = Math.min(1, edge / Math.max(image.width, image.height)), sheet = document.createElement("canvas");
    sheet.width = Math.max(1, Math.round(image.width * scale));
    sheet.height = Math.max(1, Math.round(image.height * scale));
    const ink = sheet.getContext("2d", { alpha: false });
    ink.fillStyle = "#fff";
    ink.fillRect(0, 0, sheet.width, sheet.height);
    ink.drawImage(image, 0, 0, sheet.width, sheet.height);
    return sheet;
  };

  const blobOf = (sheet, quality) => new Promise((done) => { sheet.toBlob(done, "image/jpeg", quality); });

  const text = (blob) => new Promise((kept, failed) => {
    const reader = new FileReader();
    reader.onload = () => kept(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => failed(reader.error);
    reader.readAsDataURL(blob);
  });

  // Sharp first: the quality goes down before the size does. Returns "" where the file is no picture.
  const small = async (file) => {
    let image;
    try { image = await opened(file); } catch { return ""; }
    for (const edge of EDGES) {
      const sheet = drawn(image, edge);
      for (const quality of QUALITIES) {
        const blob = await blobOf(sheet, quality);
        if (blob && blob.size <= MOST) { if (image.close) image.close(); return text(blob); }
      }
    }
    if (image.close) image.close();
    return "";
  };

  const draw = async (canvas, base64) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const image = await opened(new Blob([bytes], { type: "image/jpeg" }));
    canvas.width = 640;
    canvas.height = Math.round((640 * image.height) / image.width);
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  };

  const field = () => {
    const input = document.createElement("input");
    input.type = "file";
    input.accept = "image/*";
    input.setAttribute("capture", "environment");
    return input;
  };

  // Resolves with the picture, with "" where the file is none, with null where nothing was taken.
  station.photo = {
    small, draw,
    take() {
      return new Promise((done) => {
        const input = field();
        input.addEventListener("change", async () => { done(input.files[0] ? await small(input.files[0]) : null); });
        input.addEventListener("cancel", () => { done(null); });
        input.click();
      });
    },
  };
})(self.station = self.station || {});
