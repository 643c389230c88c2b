// Keys of one letter: g or c and a letter, j and k in lists, ? for the list. They never act while someone types.
import { $, $$, typing } from "./dom.js";

const PAUSE = 1200;
let first = "", since = 0;

export const singleKeysOn = () => document.body.dataset.singleKeys !== "off";

function follow(element) {
  if (element) location.href = element.href;
}

// The links of the list that holds the focus, or of the first list of the page.
function step(direction) {
  const list = document.activeElement?.closest("[data-list]") ?? $("[data-list]");
  if (!list) return;
  const rows = $$("li, tbody tr", list).map((row) => $("a[href]", row)).filter(Boolean);
  const at = rows.findIndex((link) => link.closest("li, tr").contains(document.activeElement));
  rows[Math.min(Math.max(at + direction, 0), rows.length - 1)]?.focus();
}

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter") { event.target.closest("form[data-composer]")?.requestSubmit(); return; }
  if (!singleKeysOn() || typing(event.target) || event.ctrlKey || event.metaKey || event.altKey || $("dialog[open]")) return;
  const key = event.key.toLowerCase(), pair = first && Date.now() - since < PAUSE ? first : "";
  first = "";
  if (pair === "g") follow($(`[data-go="${CSS.escape(key)}"]`));
  else if (pair === "c") follow($(`[data-create="${CSS.escape(key)}"]`));
  else if (key === "g" || key === "c") { first = key; since = Date.now(); }
  else if (key === "j") step(1);
  else if (key === "k") step(-1);
  else if (event.key === "?") { event.preventDefault(); $("#keys")?.showModal(); }
});
