// A click on the head of a column sorts the table by it, a second click the other way round.
for (const button of document.querySelectorAll("th[aria-sort] button")) {
  button.addEventListener("click", () => {
    const head = button.closest("th");
    const rows = [...head.closest("table").tBodies[0].rows];
    const isDown = head.getAttribute("aria-sort") === "ascending";
    for (const other of head.parentNode.children) other.setAttribute("aria-sort", "none");
    head.setAttribute("aria-sort", isDown ? "descending" : "ascending");
    const value = (row) => row.cells[head.cellIndex].dataset.value;
    const isNumber = head.classList.contains("number");
    const compare = (a, b) => isNumber ? value(a) - value(b) : value(a).localeCompare(value(b));
    rows.sort((a, b) => (isDown ? compare(b, a) : compare(a, b)));
    head.closest("table").tBodies[0].append(...rows);
  });
}
