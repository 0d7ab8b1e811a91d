// The tap with a script: large number keys beside the PIN, and a calm wait. Everything works without it.
const words = document.querySelector("[data-tap-words]");

function keys(field) {
  const input = field.querySelector("input");
  const pad = document.createElement("div");
  pad.className = "pin-pad";
  pad.setAttribute("role", "group");
  pad.setAttribute("aria-label", `${words.dataset.keys} (${field.querySelector("label").textContent.trim()})`);
  const say = [..."123456789", "", "0", words.dataset.erase];
  for (const text of say) {
    if (!text) {
      pad.append(document.createElement("span"));
      continue;
    }
    const key = document.createElement("button");
    key.type = "button";
    key.textContent = text;
    key.addEventListener("click", () => {
      const digit = /^[0-9]$/.test(text);
      input.value = digit ? (input.value + text).slice(0, input.maxLength) : input.value.slice(0, -1);
    });
    pad.append(key);
  }
  field.append(pad);
}

if (words) {
  // One pad for the first PIN; a second field is rarely another number.
  const first = document.querySelector("[data-pin]");
  if (first) keys(first);
  for (const form of document.querySelectorAll("form[data-tap]")) {
    form.addEventListener("submit", () => {
      words.textContent = words.dataset.waiting;
      document.documentElement.classList.add("tapping");
    });
  }
}
