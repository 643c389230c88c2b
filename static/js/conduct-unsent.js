// What is not sent, in words: the state in the head of the screen, the banner under it, and the list of every single thing.
import { $, icon, make } from "./dom.js";
import { tell } from "./conduct-dialogs.js";
import { flush, link } from "./conduct-queue.js";
import { itemOf, moment, state } from "./conduct-state.js";
import { signIn } from "./signin.js";

const KINDS = { answer: "Answer", note: "Note", photo: "Photo", finding: "Finding" };
const STATES = { waiting: "waits", conflict: "choose between two answers", refused: "not kept" };
const count = (number, one, many) => `${number} ${number === 1 ? one : many}`;

/** The words, and how loud they are. */
function words() {
  const unsent = state.things.length, asks = state.things.filter((thing) => thing.state !== "waiting").length;
  const rest = unsent ? `${unsent} not sent` : "";
  if (state.link === "sign-in") return ["log-out", ["Signed out", rest], "warn"];
  if (state.link === "closed") return ["lock", ["Not open to you any more", rest], "warn"];
  if (state.link === "down") return ["circle-slash", ["No network", rest || "nothing unsent"], "warn"];
  if (state.link === "trouble") return ["octagon-alert", ["The server does not answer", rest], "warn"];
  if (asks) return ["split", [rest, `${asks} for you to settle`], "warn"];
  if (unsent) return ["refresh-cw", ["Sending", rest], ""];
  if (state.link === "ok") return ["check", [`All sent ${moment(state.sentAt)}`], "ok"];
  return ["refresh-cw", ["Opening"], ""];
}

export function showUnsent(onSignedIn) {
  const [name, texts, kind] = words(), place = $("[data-link]");
  const said = texts.filter(Boolean).join(", ");
  if ($("span", place)?.textContent !== said) place.replaceChildren(icon(name), make("span", {}, said));
  place.dataset.kind = kind;
  $("[data-take]").hidden = state.isHeld || !state.data || Boolean(state.data.closed);
  $("[data-bring]").hidden = !state.isHeld;
  $("[data-held]").hidden = !state.isHeld;
  $("[data-unsent]").hidden = state.things.length === 0;
  banner(onSignedIn);
}

function banner(onSignedIn) {
  const place = $("[data-banner]"), wanted = state.link === "sign-in" ? "sign-in" : state.data?.closed ? "closed" : "";
  if (place.dataset.shows === wanted) return;
  place.dataset.shows = wanted;
  if (wanted === "sign-in") {
    const button = make("button", { class: "btn sm", type: "button" }, "Sign in and send");
    button.addEventListener("click", () => signIn(() => { link("wait"); onSignedIn(); }));
    place.replaceChildren(make("p", { class: "note warn", role: "alert" }, icon("log-out"), make("span", {}, "Your session ended. You can go on here; what you write is sent when you sign in again."), button));
  } else place.replaceChildren(...(wanted ? [make("p", { class: "note" }, icon("info"), make("span", {}, state.data.closed))] : []));
}

/** Every single thing that the server does not have. */
export function listUnsent() {
  const rows = state.things.map((thing) => make("li", {}, make("b", {}, KINDS[thing.kind]), ` ${itemOf(thing.item)?.code ?? ""} `,
    make("span", {}, thing.file?.name ?? thing.texts.text ?? thing.texts.title ?? [state.data.answers.find((each) => each.code === thing.texts.answer)?.name, thing.texts.note].filter(Boolean).join(", ")),
    make("small", {}, ` ${moment(thing.at)}, ${STATES[thing.state]}`)));
  const again = make("button", { class: "btn", type: "button" }, "Send now");
  const dialog = tell(count(state.things.length, "thing is not sent", "things are not sent"),
    state.isHeld ? "They are kept on this device until the server has them." : "They are kept in this page only: leave it open until they are sent.",
    make("ul", { class: "unsent" }, ...rows), make("div", { class: "actions" }, again));
  again.addEventListener("click", () => { dialog.close(); flush(); });
}
