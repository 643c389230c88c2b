/* Cards of documents: dropping one on a lane opens the move's own page, as its buttons do. */
document.addEventListener("dragstart", (event) => {
  const card = event.target.closest?.("[data-card]");
  if (card) event.dataTransfer.setData("text/x-card", card.dataset.card);
});
document.addEventListener("dragover", (event) => {
  const lane = event.target.closest?.("[data-move]");
  if (!lane || !event.dataTransfer.types.includes("text/x-card")) return;
  event.preventDefault();
  lane.classList.add("over");
});
document.addEventListener("dragleave", (event) => event.target.closest?.("[data-move]")?.classList.remove("over"));
document.addEventListener("drop", (event) => {
  const lane = event.target.closest?.("[data-move]"), number = event.dataTransfer.getData("text/x-card");
  if (!lane || !number) return;
  event.preventDefault();
  lane.classList.remove("over");
  location.assign(`/document-requests/${number}/moves/${lane.dataset.move}/`);
});
