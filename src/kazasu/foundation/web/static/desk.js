// Keys of the desk, printing, the countdown of an unattended page, and the word that the network is gone.
// Without this script every page works all the same. A key never acts while somebody types, and all can be switched off.
const SWITCH = "desk-keys";
const FIELDS = "input, textarea, select, [contenteditable]";
const help = document.querySelector("[data-keys]");
const isOn = () => localStorage.getItem(SWITCH) !== "off";

function showSwitch() {
  const button = help.querySelector("[data-keys-switch]");
  document.documentElement.classList.toggle("keys-on", isOn());
  button.setAttribute("aria-pressed", String(isOn()));
  button.textContent = isOn() ? button.dataset.on : button.dataset.off;
}

function step(by) {
  const links = [...document.querySelectorAll("[data-rows] a.opens")];
  if (!links.length) return;
  const here = links.findIndex((link) => link.closest("tr").contains(document.activeElement));
  const next = here < 0 ? (by > 0 ? 0 : links.length - 1) : Math.min(links.length - 1, Math.max(0, here + by));
  links[next].focus();
}

function press(letter) {
  const found = document.querySelector(`[data-key="${CSS.escape(letter)}"]`);
  if (!found) return false;
  if (found.matches(FIELDS)) found.focus();
  else found.click();
  return true;
}

function act(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.repeat) return;
  if (event.target.closest?.(FIELDS) || !isOn()) return;
  if (event.key === "j" || event.key === "k") step(event.key === "j" ? 1 : -1);
  else if (event.key === "?") {
    const list = help.querySelector("details");
    list.open = !list.open;
    list.querySelector("summary").focus();
  } else if (!press(event.key)) return;
  event.preventDefault();
}

if (help) {
  help.hidden = false;
  showSwitch();
  help.querySelector("[data-keys-switch]").addEventListener("click", () => {
    localStorage.setItem(SWITCH, isOn() ? "off" : "on");
    showSwitch();
  });
  document.addEventListener("keydown", act);
}

// What was typed into one form is not lost by sending another: the first press says so, the second goes on.
const unsent = document.querySelector("[data-unsent]");
function changed(field) {
  if (field.type === "hidden" || field.type === "submit") return false;
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (field.options) return field.value !== ([...field.options].find((one) => one.defaultSelected) ?? field.options[0])?.value;
  return field.value !== field.defaultValue;
}
document.addEventListener("submit", (event) => {
  const sent = event.target;
  const others = [...document.querySelectorAll("main form[method=post]")].filter((form) => form !== sent);
  if (!unsent?.hidden || sent.method !== "post" || !others.some((form) => [...form.elements].some(changed))) return;
  event.preventDefault();
  (event.submitter?.closest(".actions") ?? sent).after(unsent);
  unsent.hidden = false;
});

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// Whoever left their data on the page: any touch, key or word typed keeps it; the last seconds are counted.
for (const box of document.querySelectorAll("[data-empties]")) {
  const whole = Number(box.dataset.after);
  let ends = Date.now() + whole * 1000;
  const stay = () => {
    ends = Date.now() + whole * 1000;
    box.hidden = true;
  };
  for (const kind of ["pointerdown", "keydown", "input"]) document.addEventListener(kind, stay);
  setInterval(() => {
    const left = Math.ceil((ends - Date.now()) / 1000);
    if (left <= 0) return location.replace(box.dataset.empties);
    box.hidden = left > Number(box.dataset.warn);
    box.querySelector("[data-left]").textContent = String(left);
  }, 500);
}

for (const word of document.querySelectorAll("[data-offline]")) {
  const say = () => (word.hidden = navigator.onLine);
  for (const kind of ["online", "offline"]) addEventListener(kind, say);
  say();
}
