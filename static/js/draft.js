// A response while it is written: what the server keeps comes back (version, what is lacking), and the cause tree follows
// the keys. Without this module every step is a button of the form.
import { $ } from "./dom.js";

const STEPS = { ArrowRight: "deeper", ArrowLeft: "higher", ArrowUp: "up", ArrowDown: "down", Enter: "cause" };

document.addEventListener("autosaved", ({ target, detail }) => {
  if (!target.matches("form[data-draft]")) return;
  const page = new DOMParser().parseFromString(detail.html, "text/html");
  const version = $("input[name=version]", page), lacking = $("[data-lacking]", page), here = $("[data-lacking-here]");
  if (version) $("input[name=version]", target).value = version.value;
  if (lacking && here) here.replaceChildren(...lacking.childNodes);
});

// Alt with an arrow or Enter presses the line's own button, so that keys and buttons can never differ.
document.addEventListener("keydown", (event) => {
  const line = event.target.closest?.("[data-tree] [data-line]"), step = STEPS[event.key];
  if (!line || !step || !event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  $(`button[value="${step}:${line.dataset.line}"]`, line)?.click();
});

// Enter in a line adds the next one beside it instead of pressing the first button of the form.
document.addEventListener("keydown", (event) => {
  const line = event.target.closest?.("[data-tree] [data-line]");
  if (!line || event.key !== "Enter" || event.altKey || event.target.tagName !== "INPUT") return;
  event.preventDefault();
  $(`button[value="beside:${line.dataset.line}"]`, line)?.click();
});
