// Dialogs: those written into the page (data-dialog="id"), and links whose page opens in a dialog (data-dialog-url).
import { $, $$, csrf, make, icon } from "./dom.js";

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]"), link = event.target.closest("[data-dialog-url]");
  if (opener) { event.preventDefault(); $(`#${opener.dataset.dialog}`)?.showModal(); }
  else if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0) {
    event.preventDefault();
    openPage(link.dataset.dialogUrl || link.href, link.dataset.dialogTitle || link.textContent.trim());
  }
  else if (event.target.closest("dialog [data-close]")) { event.preventDefault(); event.target.closest("dialog").close(); }
  else if (event.target.matches?.("dialog")) event.target.close();
});

/** Open the page at `url` in a dialog. Resolves when its form was accepted, to the answer; never when it was closed. */
export async function openPage(url, heading) {
  let answer;
  try { answer = await fetch(url, { headers: { "HX-Request": "true" } }); } catch { location.href = url; return; }
  if (!answer.ok) { location.href = url; return; }
  openHtml(await answer.text(), heading, { url });
}

/** Show HTML in a dialog; `done(answer)` runs instead of following the redirect when its form was accepted. */
export function openHtml(html, heading, { url = location.href, done = null } = {}) {
  const body = make("div", { class: "d-body", "data-dialog-body": "" });
  const title = make("h2", { id: "opened-h", tabindex: "-1", autofocus: "" }, heading);
  const close = make("button", { class: "btn ghost icon sm", type: "button", "data-close": "", "aria-label": "Close" }, icon("x"));
  const dialog = make("dialog", { "aria-labelledby": "opened-h" }, make("div", { class: "d-head" }, title, close), body);
  fill(body, html);
  document.body.append(dialog);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("submit", (event) => send(event, dialog, body, url, done));
  dialog.showModal();
  window.htmx?.process(dialog);
  return dialog;
}

// A fragment comes as it is; of a whole page only the content is taken, and its heading is the dialog's.
function fill(body, html) {
  const page = new DOMParser().parseFromString(html, "text/html"), main = page.querySelector("#main") ?? page.body;
  for (const extra of $$("h1, script, .toasts", main)) extra.remove();
  body.replaceChildren(...main.childNodes);
  $("[data-summary]", body)?.focus();
}

async function send(event, dialog, body, url, done) {
  const form = event.target;
  if (form.method === "dialog" || form.hasAttribute("hx-post")) return;
  event.preventDefault();
  if (form.method !== "post") { location.href = `${form.action}?${new URLSearchParams(new FormData(form))}`; return; }
  const data = new FormData(form, event.submitter);
  const address = form.getAttribute("action") ? form.action : url;
  let answer;
  try {
    answer = await fetch(address, { method: "POST", body: data, headers: { "HX-Request": "true", "X-CSRFToken": csrf() } });
  } catch {
    fail(body);
    return;
  }
  const next = answer.headers.get("HX-Redirect") ?? (answer.redirected ? answer.url : null);
  if (next || answer.status === 204) {
    dialog.close();
    if (done) done(answer); else if (next) location.href = next; else location.reload();
  }
  else if (answer.status >= 500) fail(body);
  else { fill(body, await answer.text()); window.htmx?.process(dialog); }
}

function fail(body) {
  $("[data-failed]", body)?.remove();
  body.prepend(make("p", { class: "note bad", role: "alert", "data-failed": "" }, icon("octagon-alert"),
    make("span", {}, "Not sent: the connection dropped. What you wrote is kept here; send it again.")));
}
