// A sign-in that ends because nothing is done: told two minutes before, prolonged by one POST, and what was typed is kept.
// Without a script the footer says until when.
import { fill, hold, keep, take } from "./typed.js";

const box = document.querySelector(".session-ending");
const said = box.querySelector("[data-said]");
const left = box.querySelector("[data-left]");
const button = box.querySelector("[data-stay]");
const warned = Number(box.dataset.warned) * 1000;
let ends = Date.now() + Number(box.dataset.seconds) * 1000;

// Other tabs of this site: what is done in one keeps all signed in.
const tabs = new BroadcastChannel("session");
tabs.postMessage(ends);
tabs.addEventListener("message", ({ data }) => {
  if (data <= ends) return;
  ends = data;
  say("", true);
});

function say(words, hidden = false) {
  box.hidden = hidden; // first: what changes in a hidden region is not said
  if (said.textContent !== words) said.textContent = words;
}

function look() {
  const remains = ends - Date.now();
  if (remains > warned) return;
  button.hidden = remains <= 0;
  const whole = Math.max(0, Math.ceil(remains / 1000));
  left.textContent = whole ? `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}` : "";
  if (remains <= 0) say(box.dataset.ended);
  else if (box.hidden) say(box.dataset.asks);
}
setInterval(look, 1000);
document.addEventListener("visibilitychange", look);

button.addEventListener("click", async () => {
  button.disabled = true;
  try {
    const answer = await fetch(button.dataset.stay, { method: "POST" });
    if (!answer.ok) return; // it counts on, and can be pressed again
    const { seconds } = await answer.json();
    ends = Date.now() + seconds * 1000;
    tabs.postMessage(ends);
    if (!seconds) look();
    else if (seconds * 1000 <= warned) say(box.dataset.last);
    else {
      say(box.dataset.stays);
      left.textContent = "";
      button.hidden = true;
      setTimeout(() => say("", true), 4000);
    }
  } finally {
    button.disabled = false;
  }
});

// What was sent in an ended session comes back into its form; what the form does not ask yet, as soon as it does.
const KEY = "unsent";
const LATER = "unsent-later";
const [unsent, later] = [take(KEY), take(LATER)];
const ended = document.querySelector("[data-fault='web.session-ended']");
hold(LATER, fill(ended ? unsent : later));
for (const form of document.querySelectorAll("main form[method=post]")) form.addEventListener("submit", () => keep(KEY));
