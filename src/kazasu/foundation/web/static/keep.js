// The switch of language takes along what is typed and not sent yet: in this tab, until the next page has it.
// Without a script the switch works all the same. No secret is taken along.
const KEY = "typed";
const NEVER = ["hidden", "password", "submit", "button", "file"];

const fields = () =>
  [...document.querySelectorAll("main form[method=post] :is(input, select, textarea)[id]")].filter(
    (field) => !NEVER.includes(field.type),
  );
const ticked = (field) => field.type === "checkbox" || field.type === "radio";

const found = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
sessionStorage.removeItem(KEY);
if (found?.path === location.pathname) {
  for (const field of fields()) {
    if (!(field.id in found.typed)) continue;
    if (ticked(field)) field.checked = found.typed[field.id];
    else field.value = found.typed[field.id];
  }
}
for (const link of document.querySelectorAll("nav.language a")) {
  link.addEventListener("click", () => {
    const typed = fields().map((field) => [field.id, ticked(field) ? field.checked : field.value]);
    const kept = { path: location.pathname, typed: Object.fromEntries(typed) };
    sessionStorage.setItem(KEY, JSON.stringify(kept));
  });
}

// The menu of languages closes as menus do: by Escape, and by looking elsewhere.
for (const menu of document.querySelectorAll("nav.language details")) {
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  document.addEventListener("click", (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
}

// Buttons that copy what stands before them; hidden where a page may not write to the clipboard.
for (const button of navigator.clipboard ? document.querySelectorAll("button.copy") : []) {
  button.hidden = false;
  const word = button.parentElement.querySelector("[role=status]");
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.parentElement.querySelector("code").textContent);
    word.textContent = button.dataset.copied;
  });
}

// Buttons that print; without a script the browser's own menu does.
for (const button of document.querySelectorAll("button.print-page")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
