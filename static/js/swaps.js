// What htmx leaves to the page: the CSRF header, focus after a swap, announced counts, a calm loading bar, failures.
import { $, announce, csrf, icon, isSignIn, make } from "./dom.js";
import { signIn } from "./signin.js";

const PATIENCE = 300;
const waiting = new WeakMap();
let focused = "";

document.body.addEventListener("htmx:configRequest", (event) => { event.detail.headers["X-CSRFToken"] = csrf(); });

document.body.addEventListener("htmx:beforeRequest", ({ detail }) => {
  const timer = setTimeout(() => { detail.target.classList.add("loading"); detail.target.setAttribute("aria-busy", "true"); }, PATIENCE);
  waiting.set(detail.xhr, timer);
  $("[data-failed-swap]")?.remove();
});

document.body.addEventListener("htmx:afterRequest", ({ detail }) => {
  clearTimeout(waiting.get(detail.xhr));
  detail.target.classList.remove("loading");
  detail.target.removeAttribute("aria-busy");
});

document.body.addEventListener("htmx:beforeSwap", (event) => {
  const { detail } = event;
  focused = detail.target.contains(document.activeElement) ? document.activeElement.id || "none" : "";
  if (detail.xhr.responseURL && isSignIn(detail.xhr.responseURL)) {
    detail.shouldSwap = false;
    const { elt, requestConfig } = detail, cause = requestConfig.triggeringEvent?.type ?? "click";
    signIn(() => window.htmx.trigger(elt, cause));
  }
});

// The error summary first; else the new element of the same id; else the region's heading.
document.body.addEventListener("htmx:afterSettle", ({ detail }) => {
  const region = document.contains(detail.elt) ? detail.elt : detail.target;
  const summary = $("[data-summary]", region), count = $("[data-announce]", region);
  document.title = `${summary ? "Error: " : ""}${document.title.replace(/^Error: /, "")}`;
  if (summary) summary.focus();
  else if (focused && !region.contains(document.activeElement)) land(region);
  if (count) announce(count.textContent);
  focused = "";
});

function land(region) {
  const target = (focused !== "none" && document.getElementById(focused)) || $("h1, h2, h3", region) || region;
  if (!target.matches("a[href], button, input, select, textarea, [tabindex]")) target.setAttribute("tabindex", "-1");
  target.focus();
}

for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) document.body.addEventListener(name, ({ detail }) => {
  if (detail.elt.closest("[data-autosave]")) return;
  const status = detail.xhr?.status ?? 0;
  const words = status === 403 ? "You may not do this. Ask your administrator for the right." : status === 404
    ? "This is not here any more. Go back and open it again." : "Nothing was changed: the connection dropped. Try again.";
  $("[data-failed-swap]")?.remove();
  $("#main").prepend(make("div", { class: "said", role: "alert", "data-failed-swap": "" },
    make("p", { class: "note bad" }, icon("octagon-alert"), make("span", {}, words))));
});
