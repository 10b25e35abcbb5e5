const boxes = [...document.querySelectorAll("input[data-off]")];
const rows = [...document.querySelectorAll("tr[data-what]")];
const statusLine = document.getElementById("status");

// A row is shown when its kind of change and one of its labels are ticked.
function filter() {
  const off = new Set(boxes.filter((box) => !box.checked).map((box) => box.dataset.off));
  let count = 0;
  for (const row of rows) {
    const on = !off.has(row.dataset.what) && row.dataset.labels.split(" ").some((label) => !off.has(label));
    row.hidden = !on;
    if (on) count += 1;
  }
  if (statusLine) statusLine.textContent = count + " of " + rows.length + " shown";
}

for (const box of boxes) box.addEventListener("change", filter);
filter();
