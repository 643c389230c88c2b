// Moving an audit with the mouse: a drop leads to the form that asks for the reason, as the button "Move" does.
import { $$ } from "./dom.js";

const NUMBER = /^[0-9A-Z-]+$/;

for (const chip of $$(".cal-chip[data-audit]")) {
  chip.addEventListener("dragstart", (event) => {
    event.dataTransfer.setData("text/plain", chip.dataset.audit);
    event.dataTransfer.effectAllowed = "move";
  });
}

for (const place of $$("[data-calendar] [data-drop]")) {
  const calendar = place.closest("[data-calendar]");
  place.addEventListener("dragover", (event) => {
    event.preventDefault();
    place.classList.add("over");
  });
  place.addEventListener("dragleave", () => place.classList.remove("over"));
  place.addEventListener("drop", (event) => {
    event.preventDefault();
    place.classList.remove("over");
    const number = event.dataTransfer.getData("text/plain");
    if (!NUMBER.test(number)) return;
    const target = new URL(`${calendar.dataset.moveUrl}${number}/dates/`, window.location.origin);
    target.searchParams.set(calendar.dataset.calendar, place.dataset.drop);
    window.location.assign(target.href);
  });
}
