/* Reads bar codes out of the camera's pictures, in a thread of its own: the page stays quick while a picture is read.
   The page says first where the library lies, then hands over one picture after another. */
"use strict";
(() => {
  // Only what our labels, bags, manifests and the post's own stickers bear: fewer kinds, fewer false readings.
  const WANTED = { formats: ["Code128", "QRCode"], tryHarder: true, tryInvert: false, maxNumberOfSymbols: 8 };
  const canvas = new OffscreenCanvas(1, 1);
  const pen = canvas.getContext("2d", { willReadFrequently: true });

  const load = async ({ library, wasm }) => {
    importScripts(library);
    await ZXingWASM.prepareZXingModule({ overrides: { locateFile: () => wasm }, fireImmediately: true });
  };

  const read = async ({ picture }) => {
    Object.assign(canvas, { width: picture.width, height: picture.height });
    pen.drawImage(picture, 0, 0);
    picture.close();
    const found = await ZXingWASM.readBarcodes(pen.getImageData(0, 0, canvas.width, canvas.height), WANTED);
    return found.filter((each) => each.isValid).map((each) => ({ text: each.text, format: each.format }));
  };

  self.onmessage = async ({ data }) => {
    try {
      self.postMessage({ found: await (data.library ? load(data) : read(data)) });
    } catch (error) {
      self.postMessage({ broken: String(error) });
    }
  };
})();
