// Progressive enhancement only: every page reads and submits without these modules.
import "./theme.js";
import "./dialogs.js";
import "./palette.js";
import "./keys.js";
import "./toasts.js";
import "./swaps.js";
import "./autosave.js";
import "./bell.js";
import { guardSignOut, meet } from "./device.js";
import { $, $$ } from "./dom.js";

// Keep the current tab in view on narrow screens.
for (const tab of $$("[data-tabs] [aria-current]")) tab.parentNode.scrollLeft = tab.offsetLeft - 24;

// The error summary takes focus when the page arrives with one.
$("[data-summary]")?.focus();

// Printing is the browser's; the button only says that the page is made for paper too.
for (const button of $$("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

// Audits that this device holds belong to one person: they are looked after whenever somebody signs in or out.
guardSignOut();
await meet(document.body.dataset.person ?? "").catch(() => {}); // a browser that keeps nothing holds nothing either
