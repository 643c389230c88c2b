// How many notices the person has not read, kept fresh while the page is looked at. A hidden tab asks nothing.
import { $$ } from "./dom.js";

const EVERY = 60_000;
const url = document.body.dataset.unreadUrl;
let asked = 0;

async function ask() {
  if (document.hidden || Date.now() - asked < EVERY / 2) return;
  asked = Date.now();
  const answer = await fetch(url, { headers: { Accept: "application/json" }, redirect: "error" }).catch(() => null);
  if (answer?.ok) show(await answer.json()); // a session that ended is the next click's to tell
}

function show({ unread, words }) {
  for (const count of $$("[data-unread]")) {
    count.hidden = unread === 0;
    count.textContent = unread > 99 ? "99+" : unread;
    count.closest("a").title = words;
  }
}

if (url) {
  addEventListener("load", ask, { once: true });
  if (document.readyState === "complete") ask();
  setInterval(ask, EVERY);
  document.addEventListener("visibilitychange", ask);
}
