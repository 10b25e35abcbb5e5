// The tables: one per view, made when it is first looked at and kept.

const tables = new Map(); // by view: table, rows, host, search, narrowed
const WIDE = new Set(["sentence", "clause", "cause", "next_step", "object", "measure", "actions", "condition"]);
const MIDDLE = new Set(["name", "person", "office", "document", "body", "council", "title", "doc_id"]);
const NARROW = { number: 92, flag: 90, date: 122 };
let shownView = null;

async function showTable(id, narrowed) {
  const view = views.get(id);
  shownView = id;
  byId("title-table").textContent = view.title;
  byId("note-table").textContent = view.note;
  for (const host of byId("tables").children) host.hidden = host.dataset.view !== id;
  if (!tables.has(id)) await makeTable(view);
  if (shownView !== id) return;
  const one = tables.get(id);
  one.host.hidden = false;
  one.table.redraw();
  byId("search").value = one.search;
  listColumns(one);
  const same = one.kept !== undefined && address(id, narrowed) === address(id, one.narrowed);
  one.narrowed = narrowed;
  listChips(one);
  if (same) count(one, one.kept);
  else narrow(one);
}

async function makeTable(view) {
  const host = byId("tables").appendChild(make("div", { "data-view": view.id }));
  const rows = await rowsOf(view.id);
  const inside = host.appendChild(make("div", { "aria-label": view.title }));
  const table = new Tabulator(inside, {
    data: rows,
    index: "_",
    columns: view.columns.map((column, at) => definition(view, column, at, rows)),
    height: "100%",
    layout: "fitColumns",
    rowHeight: 50,
    nestedFieldSeparator: false,
    placeholder: "No row fits the filters.",
    keybindings: false,
    rowFormatter: (row) => row.getElement().setAttribute("aria-rowindex", row.getPosition() + 1),
  });
  const one = { view, table, rows, host, search: "", narrowed: {}, inside };
  tables.set(view.id, one);
  await new Promise((done) => table.on("tableBuilt", done));
  inside.querySelector(".tabulator-tableholder").removeAttribute("tabindex"); // no part of a grid may be one
  table.on("dataFiltered", (filters, kept) => count(one, kept.length));
  return one;
}

function definition(view, column, at, rows) {
  const { name, kind, title } = column;
  const short = rows.slice(0, 500).every((row) => String(row[name] ?? "").length < 30);
  const named = view.columns.filter((other) => other.title === title).length > 1 ? `${title} (${name})` : title;
  return {
    field: name,
    title: named,
    visible: !column.hidden,
    minWidth: Math.max(at === 0 && !short ? 190 : (NARROW[kind] ?? (WIDE.has(name) ? 180 : 108)), named.length * 9 + 46),
    widthGrow: at === 0 ? (short ? 1 : 4) : WIDE.has(name) ? 4 : MIDDLE.has(name) ? 2 : (NARROW[kind] ? 0.4 : 1),
    hozAlign: kind === "number" ? "right" : "left",
    headerSortStartingDir: kind === "number" ? "desc" : "asc",
    resizable: "header",
    titleFormatter: () => make("button", { class: "sort", title: column.about }, make("span", {}, named)),
    sorter: sorter(kind, name, rows),
    formatter: (cell) => content(view, column, at, cell),
    headerFilter: filterField({ ...column, title: named }, rows),
    headerFilterEmptyCheck: (value) => !value,
    headerFilterFunc: (typed, value) => fitting(kind, typed)(value),
    headerFilterLiveFilter: false,
  };
}

// The function of what was typed last, which is asked for row by row.
const typedLast = new Map();
function fitting(kind, typed) {
  const key = `${kind} ${typed}`;
  if (!typedLast.has(key)) {
    typedLast.clear();
    typedLast.set(key, matcher(kind, typed) ?? (() => true));
  }
  return typedLast.get(key);
}

// What is not stated comes last in both directions. Texts are ranked once, each of them.
function sorter(kind, name, rows) {
  let ranks = null;
  const rank = (value) => {
    ranks ??= new Map([...new Set(rows.map((row) => row[name]))].sort(byText).map((text, at) => [text, at]));
    return ranks.get(value);
  };
  const none = (value) => value === "" || value === null || value === undefined;
  return (a, b, rowA, rowB, column, dir) => {
    if (none(a) || none(b)) return none(a) && none(b) ? 0 : (none(a) ? 1 : -1) * (dir === "asc" ? 1 : -1);
    return kind === "text" ? rank(a) - rank(b) : a < b ? -1 : Number(a > b);
  };
}

// A cell is always an element with text in it: the library would take a string for HTML.
function content(view, column, at, cell) {
  const value = cell.getValue();
  const row = cell.getData();
  if (at === 0 && Number.isInteger(row.d)) {
    const link = make("a", { class: "clamp", href: placeOf(row), title: value }, value || "(no title)");
    link.dataset.row = row._;
    return link;
  }
  if (column.name === "mentions" && row.id && views.has("mentions")) {
    return make("a", { href: address("mentions", { register: view.id, id: row.id }) }, number(value));
  }
  if (column.name === "outcome" && value) return make("span", { class: "outcome" }, value);
  if (column.kind === "text") return make("div", { class: "clamp", title: (value ?? "").length > 40 ? value : null }, words(column.name, value ?? ""));
  return make("span", {}, shown(column, value));
}

function shown(column, value) {
  if (value === null || value === undefined) return "";
  if (column.kind === "date") return day(value);
  if (column.kind === "flag") return value ? "yes" : "no";
  return column.name.includes("confidence") ? value.toFixed(2) : number(value);
}

// --- searching and narrowing ---

function narrow(one) {
  const wanted = one.search.toLowerCase().split(/\s+/).filter(Boolean);
  const texts = one.view.columns.filter((column) => column.kind === "text").map((column) => column.name);
  const fixed = Object.entries(one.narrowed);
  one.table.setFilter((row) => {
    const fits = fixed.every(([name, value]) => (name.endsWith("_date") ? (row[name] ?? "").startsWith(value) : String(row[name] ?? "") === value));
    return fits && wanted.every((word) => texts.some((name) => (row[name] ?? "").toLowerCase().includes(word)));
  });
}

function count(one, kept) {
  one.kept = kept;
  const all = one.rows.length;
  const text = kept === all ? `${number(all)} rows` : `${number(kept)} of ${number(all)} rows`;
  one.inside.setAttribute("aria-rowcount", kept + 1);
  if (shownView === one.view.id) byId("count").textContent = text;
}

function listChips(one) {
  const entries = Object.entries(one.narrowed);
  byId("chips").hidden = !entries.length;
  const chips = entries.map(([name, value]) => {
    const column = one.view.columns.find((other) => other.name === name);
    const said = column?.kind === "date" && value.length === 10 ? day(value) : value || "not stated";
    const chip = make("button", { "aria-label": `Remove: ${column?.title ?? name} is ${said}` }, `${column?.title ?? name}: ${said}`, make("span", { "aria-hidden": "true" }, "✕"));
    chip.addEventListener("click", () => {
      const rest = Object.fromEntries(entries.filter(([other]) => other !== name));
      location.hash = address(one.view.id, rest);
      byId("search").focus();
    });
    return make("li", {}, chip);
  });
  byId("chips").replaceChildren(...chips);
}

function listColumns(one) {
  byId("columns").open = false;
  const boxes = one.view.columns.map((column, at) => {
    const box = make("input", { type: "checkbox" });
    const shown = one.table.getColumn(column.name);
    box.checked = shown.isVisible();
    box.disabled = at === 0;
    box.addEventListener("change", () => {
      shown.toggle();
      one.table.redraw();
    });
    return make("label", { title: column.about }, box, make("span", {}, shown.getDefinition().title));
  });
  byId("columns-list").replaceChildren(...boxes);
}

let waitingForWords;
byId("search").addEventListener("input", () => {
  clearTimeout(waitingForWords);
  const one = tables.get(shownView);
  waitingForWords = setTimeout(() => {
    one.search = byId("search").value;
    narrow(one);
  }, WAIT);
});
byId("clear").addEventListener("click", () => {
  const one = tables.get(shownView);
  one.search = byId("search").value = "";
  one.table.clearHeaderFilter();
  for (const field of one.inside.querySelectorAll(".used")) field.classList.remove("used");
  if (Object.keys(one.narrowed).length) location.hash = address(one.view.id);
  else narrow(one);
});
byId("columns").addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    byId("columns").open = false;
    byId("columns").querySelector("summary").focus();
  }
});
document.addEventListener("click", (event) => {
  if (!byId("columns").contains(event.target)) byId("columns").open = false;
});

// --- saving ---

// As in the tables of a run: what a spreadsheet would run as a formula gets an apostrophe before it.
const neutral = (text) => (/^[=+\-@\t\r]/.test(text) ? "'" + text : text);
const quoted = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

function toCsv(one, rows, files) {
  const names = one.view.columns.map((column) => column.name);
  const places = rows.length && "s" in rows[0];
  const head = [...names, ...(files ? ["doc_id"] : []), ...(places ? ["start", "end"] : [])];
  const lines = rows.map((row) => {
    const cells = [...names.map((name) => row[name]), ...(files ? [files[row.d] ?? ""] : []), ...(places ? [row.s, row.e] : [])];
    return cells.map((cell) => (typeof cell === "string" ? quoted(neutral(cell)) : (cell ?? ""))).join(",");
  });
  return "\ufeff" + [head.join(","), ...lines].join("\r\n") + "\r\n";
}

byId("csv").addEventListener("click", async () => {
  const one = tables.get(shownView);
  const rows = one.table.getData("active");
  const withFiles = shownView !== "documents" && rows.length && "d" in rows[0];
  const files = withFiles ? (await rowsOf("documents")).map((row) => row.doc_id) : null;
  const url = URL.createObjectURL(new Blob([toCsv(one, rows, files)], { type: "text/csv" }));
  make("a", { href: url, download: `${shownView}.csv` }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
});

// --- printing ---

const PRINTED = 500; // rows

// The first rows, as they are filtered and sorted, as a plain table: the other one holds what is on screen only.
function printTable() {
  const one = tables.get(shownView);
  if (!one) return;
  const columns = one.view.columns.filter((column) => one.table.getColumn(column.name).isVisible());
  const rows = one.table.getData("active");
  const head = make("tr", {}, ...columns.map((column) => make("th", { scope: "col" }, column.title)));
  const body = rows.slice(0, PRINTED).map((row) => make("tr", {}, ...columns.map((column) => make("td", {}, said(column, row[column.name])))));
  const note = rows.length > PRINTED ? [make("p", {}, `The first ${PRINTED} of ${number(rows.length)} rows; Save as CSV has all.`)] : [];
  byId("printed").replaceChildren(...note, make("table", {}, make("thead", {}, head), make("tbody", {}, ...body)));
}

function said(column, value) {
  return column.kind === "text" ? words(column.name, value ?? "") : shown(column, value);
}

// --- coming back from a document ---

const frame = () => new Promise((done) => requestAnimationFrame(done));

// Back to the row whose document was read. A table that was hidden draws its rows anew a moment after it is shown.
async function returnTo(id, number) {
  const one = tables.get(id);
  const link = () => one.inside.querySelector(`a[data-row="${number}"]`);
  await frame();
  await frame();
  for (const old of one.inside.querySelectorAll(".last-read")) old.classList.remove("last-read");
  await one.table.scrollToRow(number, "center", false).catch(() => null); // it may be filtered away now
  await frame();
  link()?.closest(".tabulator-row").classList.add("last-read");
  (link() ?? byId("title-table")).focus({ preventScroll: true });
}
