// Keys of the conduct screen: 1 to 5 answer the current question, j and k go on and back, e its note, n a new note.
import { typing } from "./dom.js";
import { isOpen } from "./conduct-dialogs.js";
import { answerCurrent, currentItem, editNote, step } from "./conduct-items.js";
import { writeNote } from "./conduct-notes.js";
import { state } from "./conduct-state.js";

document.addEventListener("keydown", (event) => {
  if (!state.data?.person.keys || typing(event.target) || event.ctrlKey || event.metaKey || event.altKey || isOpen()) return;
  const { key } = event;
  if (/^[1-5]$/.test(key) && currentItem()) answerCurrent(Number(key));
  else if (key === "j") step(1);
  else if (key === "k") step(-1);
  else if (key === "e") editNote();
  else if (key === "n") writeNote();
  else return;
  event.preventDefault();
});
