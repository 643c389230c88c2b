// Short notes of what was done, with Undo. They leave after 8 s, later while pointed at or focused. Never for errors.
import { $, $$, csrf, make } from "./dom.js";

const LIFE = 8000;
const MOST = 3; // more would cover what is worked on: the oldest gives way

/** Show a toast; `undo` is an address that takes a POST, or a function. */
export function toast(text, undo = "") {
  const element = make("div", { class: "toast", "data-toast": "" }, make("span", {}, text));
  if (typeof undo === "function") {
    const button = make("button", { type: "button" }, "Undo");
    button.addEventListener("click", () => { element.remove(); undo(); });
    element.append(button);
  } else if (undo) element.append(make("form", { method: "post", action: undo },
    make("input", { type: "hidden", name: "csrfmiddlewaretoken", value: csrf() }), make("button", {}, "Undo")));
  const shown = $$("#toasts [data-toast]");
  for (const old of shown.slice(0, Math.max(0, shown.length + 1 - MOST))) old.remove();
  $("#toasts").append(element);
  expire(element);
}

function expire(element) {
  let timer = setTimeout(() => element.remove(), LIFE);
  const stay = () => clearTimeout(timer);
  const go = () => { clearTimeout(timer); timer = setTimeout(() => element.remove(), LIFE); };
  for (const name of ["pointerenter", "focusin"]) element.addEventListener(name, stay);
  for (const name of ["pointerleave", "focusout"]) element.addEventListener(name, go);
}

for (const element of $$("#toasts [data-toast]")) expire(element);
document.body.addEventListener("toast", (event) => toast(event.detail.text, event.detail.undo));
