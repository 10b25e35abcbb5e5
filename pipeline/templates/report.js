const body = document.body;
const boxes = [...document.querySelectorAll("input[data-off]")];
const onlyErrors = document.getElementById("only-errors");
const statusLine = document.getElementById("status");
const documents = [...document.querySelectorAll("section.document")];
let errors = [];
let at = -1;

// The errors that the filters leave, each by its first mark; lines and documents without one can be hidden.
function filter() {
  const off = new Set(boxes.filter((box) => !box.checked).map((box) => box.dataset.off));
  for (const box of boxes) body.classList.toggle("off-" + box.dataset.off, !box.checked);
  body.classList.toggle("only-errors", onlyErrors.checked);
  const current = errors[at];
  errors = [];
  const numbers = new Set();
  for (const section of documents) {
    let any = false;
    for (const line of section.querySelectorAll(".hit")) line.classList.remove("hit");
    for (const mark of section.querySelectorAll("[data-e]")) {
      const on = !off.has(mark.dataset.k) && mark.dataset.l.split(" ").some((label) => !off.has(label));
      mark.classList.toggle("off", !on);
      if (!on) continue;
      any = true;
      mark.closest(".line").classList.add("hit");
      if (!numbers.has(mark.dataset.e)) {
        numbers.add(mark.dataset.e);
        errors.push(mark);
      }
    }
    section.classList.toggle("no-hit", !any);
  }
  at = errors.indexOf(current);
  say();
}

function say() {
  statusLine.textContent = at < 0 ? errors.length + " errors shown" : "error " + (at + 1) + " of " + errors.length;
}

function go(step) {
  if (!errors.length) return;
  at = at < 0 && step < 0 ? errors.length - 1 : (at + step + errors.length) % errors.length;
  for (const mark of document.querySelectorAll(".now")) mark.classList.remove("now");
  for (const mark of document.querySelectorAll('[data-e="' + errors[at].dataset.e + '"]')) mark.classList.add("now");
  errors[at].focus({ preventScroll: true });
  errors[at].scrollIntoView({ block: "center" });
  say();
}

for (const box of [...boxes, onlyErrors]) box.addEventListener("change", filter);
document.getElementById("previous").addEventListener("click", () => go(-1));
document.getElementById("next").addEventListener("click", () => go(1));
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "n") go(1);
  if (event.key === "p") go(-1);
});
filter();
