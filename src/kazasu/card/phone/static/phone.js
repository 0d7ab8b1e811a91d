// Makes the phone installable. Everything works without it.
if ("serviceWorker" in navigator) navigator.serviceWorker.register("/service-worker.js");
