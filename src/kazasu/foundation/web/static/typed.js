// What was typed and not sent: kept in this tab, for one look at the same page by the same person. No secret is kept.
const NEVER = ["hidden", "password", "submit", "button", "file"];
const owner = document.querySelector("input[name=_owner]")?.value ?? "";

const fields = () =>
  [...document.querySelectorAll("main form[method=post] :is(input, select, textarea)[id]")].filter(
    (field) => !NEVER.includes(field.type),
  );
const ticked = (field) => field.type === "checkbox" || field.type === "radio";

export function keep(key) {
  const typed = fields().map((field) => [field.id, ticked(field) ? field.checked && field.value : field.value]);
  hold(key, Object.fromEntries(typed));
}

// For the next look at this page; without anything nothing is kept.
export function hold(key, typed) {
  if (Object.keys(typed).length === 0) return;
  sessionStorage.setItem(key, JSON.stringify({ path: location.pathname, owner, typed }));
}

// Taken out whether it is used or not: the next person at this screen finds nothing.
export function take(key) {
  const kept = JSON.parse(sessionStorage.getItem(key) ?? "null");
  sessionStorage.removeItem(key);
  return kept?.path === location.pathname && kept.owner === owner ? kept.typed : {};
}

// Returns what has no field on this page: some come only after an answer, as the block does after the postcode.
export function fill(typed) {
  const left = { ...typed };
  for (const field of fields()) {
    if (!(field.id in typed)) continue;
    const value = typed[field.id];
    if (ticked(field)) {
      if (value && value !== field.value) continue; // another choice has its number now
      field.checked = Boolean(value);
      const fold = field.checked && field.closest("details");
      if (fold) fold.open = true; // a choice is to be seen
    } else field.value = value;
    delete left[field.id];
  }
  return left;
}
