// The service worker: the page opens without a signal, and what waits is sent also after the page was closed.
// Nothing of a citizen is in its cache: the shell, its style and its script, and no answer of the server.
(function (station) {
  "use strict";
  const { version, files, language } = self.STATION;
  const CACHE = `station-${version}`;
  station.language = language;

  self.addEventListener("install", (event) => {
    event.waitUntil((async () => {
      const cache = await caches.open(CACHE);
      await cache.addAll(files.map((path) => new Request(path, { cache: "reload" })));
      await self.skipWaiting();
    })());
  });

  self.addEventListener("activate", (event) => {
    event.waitUntil((async () => {
      const old = (await caches.keys()).filter((name) => name.startsWith("station-") && name !== CACHE);
      await Promise.all(old.map((name) => caches.delete(name)));
      await self.clients.claim();
    })());
  });

  const isShell = (url) => url.pathname === "/station" && !url.search;

  async function fromCache(request, key) {
    const kept = await (await caches.open(CACHE)).match(key);
    return kept ?? fetch(request);
  }

  // What is asked for later (the camera's decoder) is kept once it was fetched.
  async function keeping(request) {
    const cache = await caches.open(CACHE);
    const kept = await cache.match(request);
    if (kept) return kept;
    const response = await fetch(request);
    if (response.ok) await cache.put(request, response.clone());
    return response;
  }

  self.addEventListener("fetch", (event) => {
    const url = new URL(event.request.url);
    if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
    if (isShell(url)) event.respondWith(fromCache(event.request, "/station"));
    else if (url.pathname.startsWith("/static/") && url.searchParams.has("v")) event.respondWith(keeping(event.request));
  });

  self.addEventListener("sync", (event) => {
    if (event.tag === "queue") event.waitUntil(station.queue.send().then((sent) => { if (!sent) throw new Error("later"); }));
  });
})(self.station = self.station || {});
