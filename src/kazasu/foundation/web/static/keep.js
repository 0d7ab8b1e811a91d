// The switch of language takes along what is typed and not sent yet, until the next page has it. Without a script it works all the same.
import { fill, keep, take } from "./typed.js";

const KEY = "typed";
fill(take(KEY));
for (const link of document.querySelectorAll("nav.language a")) link.addEventListener("click", () => keep(KEY));

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

// The sandbox's tools open at the foot of the page, mostly below the fold: what was asked for is brought into sight.
for (const tools of document.querySelectorAll(".strip details")) {
  tools.addEventListener("toggle", () => tools.open && tools.scrollIntoView({ block: "nearest" }));
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
