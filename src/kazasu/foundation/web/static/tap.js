// The tap with a script: large number keys, the reading state, cards that can be dragged, sounds for who wants them.
// Everything works without it.
// What an element says, without the readings over its kanji.
const plain = (element) => {
  const copy = element.cloneNode(true);
  for (const reading of copy.querySelectorAll("rt, rp")) reading.remove();
  return copy.textContent.trim();
};

const words = document.querySelector("[data-tap-words]");
const root = document.documentElement;
root.classList.add("scripted");

// What a screen reader hears: one polite status, there from the start, which is never moved or hidden. Only its text changes.
const said = document.createElement("p");
said.setAttribute("role", "status");
said.className = "hidden";
if (words) document.querySelector("main").append(said);
// The same words once more are another text: else nothing would be heard of the second press.
const say = (text) => (said.textContent = said.textContent === text ? `${text}\u00a0` : text);

// ------------------------------------------------------------ sounds: soft, short, off until turned on
const template = document.querySelector("template[data-sound]");
let sounding = localStorage.getItem("tap-sound") === "on";
const TONES = { reading: [[523, 0]], done: [[659, 0], [880, 0.12]], cannot: [[330, 0], [262, 0.14]] };

function play(state) {
  if (!sounding || !TONES[state]) return;
  const audio = new AudioContext();
  for (const [pitch, at] of TONES[state]) {
    const tone = audio.createOscillator();
    const loud = audio.createGain();
    const start = audio.currentTime + at;
    tone.frequency.value = pitch;
    loud.gain.setValueAtTime(0, start);
    loud.gain.linearRampToValueAtTime(0.12, start + 0.02);
    loud.gain.exponentialRampToValueAtTime(0.001, start + 0.22);
    tone.connect(loud).connect(audio.destination);
    tone.start(start);
    tone.stop(start + 0.25);
  }
}

if (template) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "scene-tool";
  const named = () => {
    button.textContent = sounding ? template.dataset.on : template.dataset.off;
  };
  button.addEventListener("click", () => {
    sounding = !sounding;
    localStorage.setItem("tap-sound", sounding ? "on" : "off");
    named();
    play("reading");
  });
  named();
  document.querySelector(".scene-top nav").before(button);
  play(document.body.dataset.scene);
}

// ------------------------------------------------------------ number keys; the button that sends is the last of them
function key(text, press) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  made.addEventListener("click", press);
  return made;
}

function keys(field, others) {
  // One pad for all PINs of the form: it types into the one that is being filled, and goes on to the next.
  const inputs = [field, ...others].map((one) => one.querySelector("input"));
  const shown = () => inputs.filter((one) => one.offsetParent !== null);
  let input = inputs[0];
  for (const one of inputs) {
    one.addEventListener("focus", () => (input = one));
    // A finger has the keys: the system's own keyboard would cover them.
    if (matchMedia("(pointer: coarse)").matches) one.inputMode = "none";
  }
  const pad = document.createElement("div");
  pad.className = "pin-pad";
  pad.setAttribute("role", "group");
  pad.setAttribute("aria-label", `${words.dataset.keys} (${plain(field.querySelector("label"))})`);
  // How many digits are in, never which; and into which field, where there are several and the pad has gone on by itself.
  const told = (before, word = "") => {
    const count = words.dataset.count.replace("%1", input.value.length).replace("%2", input.maxLength);
    const where = input === before ? "" : plain(input.labels[0]);
    say([where, word, count].filter(Boolean).join(words.dataset.and));
  };
  const digit = (one) =>
    key(one, () => {
      const before = input;
      if (input.value.length >= input.maxLength) input = shown().find((next) => !next.value) ?? input;
      const full = input.value.length >= input.maxLength;
      if (!full) input.value += one;
      told(before, full ? words.dataset.full : "");
    });
  const erase = key(words.dataset.erase, () => {
    const before = input;
    if (!input.value) input = shown().findLast((one) => one.value) ?? input;
    const some = input.value !== "";
    input.value = input.value.slice(0, -1);
    told(before, some ? words.dataset.erased : "");
  });
  erase.className = "key-word";
  pad.append(...[..."123456789"].map(digit), erase, digit("0"));
  return pad;
}

const pins = words ? [...document.querySelectorAll("form [data-pin]")] : [];
if (pins.length) {
  const form = pins[0].closest("form");
  const mine = pins.filter((one) => one.closest("form") === form);
  const pad = keys(mine[0], mine.slice(1));
  // Fields that are asked at once stand above the pad; one that is folded away stays where it is.
  const asked = mine.findLast((one) => !one.closest("details")) ?? mine[mine.length - 1];
  asked.after(pad);
  const send = form.querySelector("[data-send]");
  const button = send?.querySelector("button");
  if (button) {
    pad.append(button);
    send.remove();
  }
}

// ------------------------------------------------------------ the step that is next: in sight, and ready for a keyboard
const seen = (one) => {
  const box = one.getBoundingClientRect();
  return box.top >= 0 && box.bottom <= innerHeight;
};
// Of a page that has answered a press: whose card, what is asked, what was refused, and the field, as far as the screen goes.
// The end of the page is no less a step: what cannot be done, and the way on.
const sheet = document.querySelector(".scene-pad");
const asking = document.querySelector("[role=alert]") ? null : document.querySelector(".tap-panel:has(form[data-tap])");
const next = sheet ?? document.querySelector(".scene-end:not([hidden])") ?? asking;
const first = sheet?.querySelector("form :is(input:not([type=hidden]))");
const told = next?.querySelector("#failure") ?? next?.querySelector("#state-now, .scene-big, h2, legend");
const typed = matchMedia("(pointer: fine)").matches;
const arrive = () => {
  if (location.hash || scrollY > 1) return; // somebody has chosen a place
  if (!seen(told) || (first && !seen(first))) next.scrollIntoView();
  if (typed && first && !seen(first)) first.scrollIntoView({ block: "nearest" });
};
if (next) {
  // For a keyboard the field is where typing goes. A finger has the keys in sight, and no keyboard of the system's comes over
  // them: the focus, and with it the voice of a screen reader, is at what was refused, or at what is asked.
  if (!location.hash) {
    if (!(typed && first)) [told.tabIndex, told.dataset.next] = [-1, ""];
    (typed && first ? first : told).focus({ preventScroll: true });
  }
  // Letters may be large and the screen low: what would cover most of it scrolls with the page instead of lying over it.
  const fit = () => {
    if (sheet) root.classList.toggle("tall-sheet", sheet.scrollHeight > innerHeight * 0.66);
    arrive();
  };
  new ResizeObserver(fit).observe(next);
  addEventListener("resize", fit);
  fit();
}

// ------------------------------------------------------------ reading: said, shown, and not sent twice
for (const form of document.querySelectorAll("form[data-tap]")) {
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) return event.preventDefault();
    sent = true;
    say(words.dataset.waiting);
    root.classList.add("tapping");
    const reading = document.querySelector("[data-reading]");
    const typing = document.querySelector("[data-typing]");
    if (reading && typing) {
      reading.hidden = false;
      setTimeout(() => (typing.hidden = true));
      for (const step of document.querySelectorAll("[data-step]")) {
        const at = step.dataset.step;
        step.className = at === "reading" ? "now" : at === "done" ? "to-come" : "done";
        if (at === "reading") step.setAttribute("aria-current", "step");
        else step.removeAttribute("aria-current");
      }
      document.title = words.dataset.waiting;
    }
    play("reading");
  });
}
// Back from the next page with a page that the browser kept: it is as it was before the press.
addEventListener("pageshow", (event) => event.persisted && location.reload());

// ------------------------------------------------------------ time: the last minute is said; its end is a page of its own
const ends = document.querySelector("[data-ends]");
if (ends) {
  const lastMinute = () => {
    ends.hidden = false;
    ends.textContent = ends.dataset.lastMinute;
  };
  setTimeout(lastMinute, Math.max(0, Number(ends.dataset.ends) - 60) * 1000);
}

// ------------------------------------------------------------ done: on to who asked, by itself
const onward = document.querySelector("a[data-goes-on]");
if (onward) {
  // What it leads to serves once: a press and the clock, or two presses, are one way and not two.
  let gone = false;
  onward.addEventListener("click", (event) => {
    event.preventDefault();
    if (!gone) location.replace(onward.href);
    gone = true;
  });
  setTimeout(() => onward.click(), 1300);
}

// ------------------------------------------------------------ a real reader: look again until a card lies there
const watch = document.querySelector("a[data-watch]");
if (watch) setTimeout(() => location.replace(watch.href), 3000);

// ------------------------------------------------------------ the tray: drag a card onto the reader, sieve by words
const reader = document.querySelector("[data-reader]");
const dragging = (on) => {
  reader?.classList.toggle("reader-near", on);
  // The reader comes along to whoever looked further down.
  root.classList.toggle("dragging", on && reader?.getBoundingClientRect().bottom < 80);
};
for (const card of document.querySelectorAll("li[data-card]")) {
  card.addEventListener("dragstart", (event) => {
    event.dataTransfer.setData("text/plain", card.dataset.card);
    event.dataTransfer.effectAllowed = "move";
    const drawn = card.querySelector(".mycard");
    event.dataTransfer.setDragImage(drawn, drawn.offsetWidth / 2, drawn.offsetHeight / 2);
    setTimeout(() => dragging(true)); // a page that changes in this very moment ends the drag
  });
  card.addEventListener("dragend", () => dragging(false));
}
reader?.addEventListener("dragover", (event) => event.preventDefault());
reader?.addEventListener("drop", (event) => {
  event.preventDefault();
  const held = event.dataTransfer.getData("text/plain");
  [...document.querySelectorAll("button[name=card]")].find((one) => one.value === held)?.click();
});

const sieve = document.querySelector("[data-sieve]");
const found = document.querySelector("[data-found]");
// As kazasu.foundation.values.finding folds, less the variants of kanji: those are found when the question is sent.
const folded = (text) =>
  text.normalize("NFKC").toLowerCase().replace(/[ァ-ヶ]/g, (one) => String.fromCharCode(one.charCodeAt(0) - 0x60)).replace(/[ー‐-―−・·'’-]/g, "");
// What is typed is in no address yet: the switch of language takes it along, as the question that the page would answer.
const takeAlong = () => {
  for (const link of document.querySelectorAll(".language a[href]")) {
    const to = new URL(link.href);
    if (sieve.value) to.searchParams.set("q", sieve.value);
    else to.searchParams.delete("q");
    link.href = to.href;
  }
};
sieve?.addEventListener("input", () => {
  takeAlong();
  const wanted = folded(sieve.value).split(/\s+/).filter(Boolean);
  let count = 0;
  for (const card of document.querySelectorAll("[data-words]")) {
    card.hidden = !wanted.every((word) => card.dataset.words.includes(word));
    count += card.hidden ? 0 : 1;
  }
  const words = count === 0 ? "none" : count === 1 ? "one" : "some";
  found.textContent = found.dataset[words].replace("%d", count);
});
