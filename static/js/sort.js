// Lists whose lines can be dragged to another place (ol[data-sort]). The buttons up and down do the same without a mouse.
import { $$, announce, csrf } from "./dom.js";

let line = null;

for (const list of $$("[data-sort]")) {
  for (const row of $$("li[data-place-url]", list)) {
    const grip = row.querySelector("[data-grip]");
    grip.addEventListener("pointerdown", () => { row.draggable = true; });
    grip.addEventListener("pointerup", () => { row.draggable = false; });
    row.addEventListener("dragstart", (event) => { line = row; row.classList.add("is-dragged"); event.dataTransfer.effectAllowed = "move"; });
    row.addEventListener("dragend", () => { row.draggable = false; row.classList.remove("is-dragged"); line = null; });
  }
  list.addEventListener("dragover", (event) => {
    if (line?.parentNode !== list) return;
    event.preventDefault(); // also over the line itself, which lies under the pointer once it has moved
    const over = event.target.closest("li[data-place-url]");
    if (!over || over === line) return;
    const { top, height } = over.getBoundingClientRect();
    if (event.clientY < top + height / 2) over.before(line); else over.after(line);
  });
  list.addEventListener("drop", (event) => { event.preventDefault(); if (line) place(list, line); });
}

async function place(list, row) {
  const at = $$("li[data-place-url]", list).indexOf(row), body = new URLSearchParams({ place: at });
  const answer = await fetch(row.dataset.placeUrl, { method: "POST", body, headers: { "X-CSRFToken": csrf() } }).catch(() => null);
  if (!answer?.ok) { location.reload(); return; }
  announce(`Moved to place ${at + 1}.`);
  for (const [n, each] of $$("li[data-place-url]", list).entries()) {
    each.querySelector("[value=up]").disabled = n === 0;
    each.querySelector("[value=down]").disabled = n === list.children.length - 1;
  }
}
