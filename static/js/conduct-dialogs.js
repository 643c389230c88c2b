// What opens over the screen: the finding that is made from a line or a note, a question to answer, and photos.
import { $, icon, make } from "./dom.js";
import { add } from "./conduct-queue.js";
import { moment, shownItem, state } from "./conduct-state.js";
import { toast } from "./toasts.js";

const MEGABYTE = 1024 * 1024;

/** A dialog with a heading; it leaves the page when it closes. */
export function dialogOf(heading, ...content) {
  const title = make("h2", { id: "over-h", tabindex: "-1", autofocus: "" }, heading);
  const close = make("button", { class: "btn ghost icon sm", type: "button", "data-close": "", "aria-label": "Close" }, icon("x"));
  const dialog = make("dialog", { "aria-labelledby": "over-h" }, make("div", { class: "d-head" }, title, close), make("div", { class: "d-body" }, ...content));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** Keep the chosen photos with a question or a note. One that is too large is refused here, before it is sent. */
export async function addPhoto(input, { item = "", noteKey = "" }) {
  const limit = state.data.upload_limit;
  for (const file of input.files) {
    if (file.size > limit * MEGABYTE) {
      dialogOf("This photo is not kept", make("p", {}, `“${file.name}” is larger than ${limit} MB, the most that can be attached: take it smaller, or send it in parts. Nothing else is lost.`));
      continue;
    }
    await add("photo", { item, file, texts: noteKey ? { note_key: noteKey } : {} });
  }
  input.value = "";
}

/** A finding with the words, the clauses and the evidence of a question, of a note, or of both. */
export function findingFrom(item, note = null) {
  const shown = item ? shownItem(item) : null, name = (code) => state.data.answers.find((each) => each.code === code)?.name;
  const seen = [note?.text, shown?.note].filter(Boolean), photos = [...(shown?.photos ?? []), ...(note?.photos ?? [])].map((photo) => photo.name);
  const evidence = [
    note ? `Noted by ${note.by}, ${moment(note.at)}: ${note.text}` : "",
    shown?.answer ? `${shown.code}: ${name(shown.answer)}, answered by ${shown.by}, ${moment(shown.at)}.` : "",
    photos.length ? `Photos: ${photos.join(", ")}.` : "",
  ].filter(Boolean).join("\n");
  const field = (label, id, control) => make("div", { class: "field" }, make("label", { for: id }, label), control);
  const title = make("input", { id: "f-title", required: "", maxlength: "200", value: item?.topic ?? "" });
  const statement = make("textarea", { id: "f-statement", rows: "4" }, seen.join("\n"));
  const proof = make("textarea", { id: "f-evidence", rows: "4" }, evidence);
  const form = make("form", { class: "form" }, ...(item ? [make("p", { class: "hint" }, `${item.code} ${item.question}${item.clauses ? ` (${item.clauses})` : ""}`)] : []),
    field("In a few words", "f-title", title), field("What was found", "f-statement", statement), field("Objective evidence", "f-evidence", proof),
    make("p", { class: "hint" }, "It begins as a draft that the CMO does not see. Class and clauses are settled on its own page."),
    make("div", { class: "actions" }, make("button", { class: "btn primary" }, "Make the finding"), make("button", { class: "btn ghost", type: "button", "data-close": "" }, "Cancel")));
  const dialog = dialogOf("Make a finding", form);
  title.focus();
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    await add("finding", { item: item?.number ?? "", texts: { title: title.value, statement: statement.value, evidence: proof.value } });
    dialog.close();
    toast(`${title.value}: noted as a finding.`);
  });
}

/** A sentence that somebody has to read. */
export function tell(heading, sentence, ...more) { return dialogOf(heading, make("p", {}, sentence), ...more); }

export const isOpen = () => Boolean($("dialog[open]"));
