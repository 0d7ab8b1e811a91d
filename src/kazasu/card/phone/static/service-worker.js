// Keeps the shell, so that without a network the phone says so instead of showing nothing. It keeps no page with
// anything about anybody: taps and certificates are always asked anew.
const SHELL = "shell-2";
const PARTS = ["/offline", "/static/kit/fonts.css", "/static/kit/tokens.css", "/static/kit/base.css", "/static/kit/frame.css", "/static/kit/kit.css", "/static/kit/icon.svg"];

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELL).then((cache) => cache.addAll(PARTS)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = caches.keys().then((names) => names.filter((name) => name !== SHELL));
  event.waitUntil(old.then((names) => Promise.all(names.map((name) => caches.delete(name)))));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(() => caches.match("/offline")));
  } else if (new URL(request.url).pathname.startsWith("/static/kit/")) {
    event.respondWith(fetch(request).catch(() => caches.match(request, { ignoreSearch: true })));
  }
});
