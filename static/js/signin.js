// When the session ends under someone's hands: sign in within a dialog, then carry on with what was pending.
import { $, $$, csrf } from "./dom.js";
import { openHtml } from "./dialogs.js";

const pending = [];
let open = false;

/** Ask to sign in, then run `after`. Several callers share one dialog. */
export async function signIn(after) {
  pending.push(after);
  if (open) return;
  open = true;
  const url = document.body.dataset.loginUrl;
  const answer = await fetch(url).catch(() => null);
  if (!answer) { open = false; return; }
  const dialog = openHtml(await answer.text(), "Sign in to carry on", {
    url,
    done: () => { renewTokens(); for (const run of pending.splice(0)) run(); },
  });
  dialog.addEventListener("close", () => { open = false; pending.length = 0; });
}

// Signing in changes the CSRF token; the forms of this page still hold the old one.
function renewTokens() {
  for (const input of $$("input[name=csrfmiddlewaretoken]")) input.value = csrf();
  $("meta[name=csrf-token]").content = csrf();
}
