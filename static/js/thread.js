// Messages of others arrive in an open thread without a reload. Asked with the stamp of what is shown, the server
// answers 304 from one query as long as nothing happened; a page that nobody looks at asks seldom.
import { $, announce } from "./dom.js";

const SEEN = 5_000, HIDDEN = 60_000;
const list = $("[data-live]");
let timer = 0;

async function ask() {
  const { live, after, etag } = list.dataset;
  const answer = await fetch(`${live}&after=${after}`, {
    headers: { "If-None-Match": etag }, cache: "no-store", redirect: "error",
  }).catch(() => null);
  if (answer?.status === 200) show(await answer.text(), answer.headers);
  else if (answer && answer.status !== 304 && answer.status < 500) return; // no longer theirs to read: ask no more
  plan();
}

function show(html, headers) {
  const came = new DOMParser().parseFromString(`<ol>${html}</ol>`, "text/html").body.firstElementChild;
  const rows = [...came.children].filter((row) => !document.getElementById(row.id));
  list.append(...rows);
  list.dataset.after = headers.get("X-Last");
  list.dataset.etag = headers.get("ETag").replace(/^W\//, "");
  if (rows.length) announce(rows.length === 1 ? "1 new message" : `${rows.length} new messages`);
}

function plan() {
  clearTimeout(timer);
  timer = setTimeout(ask, document.hidden ? HIDDEN : SEEN);
}

if (list) {
  plan();
  document.addEventListener("visibilitychange", plan);
}
