// Addresses, focus, printing: `#view?column=value`, `#document?d=12&s=100&e=120`.

const SECTIONS = ["overview", "table", "timeline", "document"];
let last = { hash: "#documents", title: "documents", view: "documents", row: null }; // where a document was opened from
let current = null;
let visit = 0;

function route() {
  const [name, query] = location.hash.slice(1).split(/\?(.*)/s);
  const values = Object.fromEntries(new URLSearchParams(query ?? ""));
  const known = name === "document" || (name === "timeline" && views.has("strategies")) || views.has(name);
  return known ? { name, values } : { name: "overview", values: {} };
}

async function go() {
  const { name, values } = route();
  const section = views.has(name) ? "table" : name;
  const before = current;
  current = { name, hash: location.hash };
  visit += 1;
  const mine = visit;
  for (const other of SECTIONS) byId(`view-${other}`).hidden = other !== section;
  for (const link of document.querySelectorAll("nav a")) {
    if (link.hash === `#${name}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  closeMenu();
  const waiting = setTimeout(() => (byId("busy").textContent = "Reading…"), 150);
  try {
    if (section === "document") await openDocument(values, before);
    else if (section === "table") await showTable(name, values);
    else if (section === "timeline") await showTimeline();
    else showOverview();
  } catch (error) {
    fail(error);
  } finally {
    clearTimeout(waiting);
    byId("busy").textContent = "";
  }
  if (mine !== visit) return;
  const title = byId(`title-${section}`);
  document.title = `${title.textContent} – ${overview.run} – minutes report`;
  if (section !== "document") {
    const followed = before?.name === "document" && last.view === name ? last.row : null; // the row to come back to
    last = { hash: location.hash || "#overview", title: name === "overview" ? "the overview" : title.textContent.toLowerCase(), view: views.has(name) ? name : null, row: null };
    if (before) scrollTo(0, 0);
    if (followed !== null) await returnTo(name, followed);
    else if (before) title.focus({ preventScroll: true });
  } else if (!byId("text").querySelector(".target")) {
    scrollTo(0, 0);
    title.focus({ preventScroll: true });
  }
  document.body.dataset.shown = location.hash; // for who drives the page from outside
}

async function openDocument({ d, s, e }, before) {
  if (before?.name !== "document") trail = last.view ? trailOf(last, Number(d), Number(s)) : null;
  if (trail) last.row = trail.rows[trail.at]._;
  const place = s === undefined || e === undefined ? [null, null] : [Number(s), Number(e)];
  await showDocument(Number(d), ...place);
}

// The rows of the table that led here, as they are filtered and sorted.
function trailOf({ view, row }, d, s) {
  const rows = (tables.get(view)?.table.getData("active") ?? []).filter((one) => Number.isInteger(one.d));
  const at = rows.findIndex((one) => (row === null || row === undefined ? one.d === d && (Number.isNaN(s) || one.s === s) : one._ === row));
  return at < 0 ? null : { rows, at };
}

let begun = false;
function showOverview() {
  if (begun) return;
  begun = true;
  showTiles();
  showCharts();
}

function fail(error) {
  const old = typeof DecompressionStream === "undefined";
  byId("problem").textContent = old
    ? "This browser is too old for the report: open it in a current Edge, Chrome or Firefox."
    : `This view cannot be shown (${error.message}). Make the report again: minutes report.`;
  byId("problem").hidden = false;
}

function closeMenu() {
  byId("contents").classList.remove("open");
  byId("menu").setAttribute("aria-expanded", "false");
}

byId("menu").addEventListener("click", () => {
  const open = byId("contents").classList.toggle("open");
  byId("menu").setAttribute("aria-expanded", String(open));
  if (open) byId("contents").querySelector("a").focus();
});
byId("contents").addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !byId("contents").classList.contains("open")) return;
  closeMenu();
  byId("menu").focus();
});
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  byId("main").focus();
});
byId("tables").addEventListener("click", (event) => {
  const link = event.target.closest("a[data-row]");
  if (link) last.row = Number(link.dataset.row);
});
byId("print").addEventListener("click", () => print());
addEventListener("beforeprint", () => {
  if (views.has(current.name)) printTable();
  if (current.name === "timeline") drawTimeline(true);
  if (current.name !== "overview") return;
  for (const place of document.querySelectorAll("#cards .chart")) drawNow(place);
  toPaper();
});
addEventListener("afterprint", () => {
  if (current.name === "overview") toScreen();
  if (current.name === "timeline") drawTimeline();
});
addEventListener("resize", () => current.name === "timeline" && drawTimeline());
addEventListener("hashchange", go);
go();
