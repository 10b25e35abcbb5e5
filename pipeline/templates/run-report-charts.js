// The overview: tiles, and charts that are drawn when they come into view. Each has a table with the same figures.

const BARS = 14; // in one chart; the table has all
const POINTS = 1500;
const BLUE = "#2b6cb0";
const INK = "#33363f";
const overview = about.overview;
const PAPER = [300, 650]; // pixels on a printed page: half of it, all of it
const drawn = []; // charts with their places
const FONT = { fontFamily: '"Segoe UI", system-ui, sans-serif', color: INK, fontSize: 13 };

function showTiles() {
  const found = Object.fromEntries(overview.labels.map((label) => [label.view, label.count]));
  const tile = (view, count, name) => (views.has(view) && count ? [[view, count, name]] : []);
  const stated = overview.councils.filter(([name]) => name).length;
  const tiles = [
    ...tile("documents", overview.documents, "documents"),
    ...tile("documents", stated, stated === 1 ? "council" : "councils"),
    ...tile("decisions", found.decisions, "decisions"),
    ...tile("strategies", overview.registers.strategies ?? 0, "strategies"),
    ...tile("people", overview.persons, overview.persons === 1 ? "person" : "people"),
    ...tile("providers", overview.registers.providers ?? 0, "providers"),
    ...tile("places", overview.registers.places ?? 0, "places"),
    ...tile("figures", views.get("figures")?.rows ?? 0, "figures"),
    ...(views.has("figures") ? [] : tile("percentages", found.percentages, "percentages")),
    ...tile("periods", found.periods, "periods"),
    ...tile("failures", views.get("failures")?.rows ?? 0, "could not be read"),
  ];
  byId("tiles").replaceChildren(...tiles.map(([view, count, name]) => make("li", {}, make("a", { href: `#${view}` }, make("b", {}, number(count)), make("span", {}, name)))));
}

// A card with a chart; `draw` is called with the chart's place once it is seen.
function card(title, said, entries, column, draw, size = "") {
  const id = `chart-${byId("cards").childElementCount}`;
  const place = make("div", { class: `chart ${size}` });
  const details = make("details", {}, make("summary", {}, "As a table"), make("div", {}));
  details.addEventListener("toggle", () => {
    if (details.open && !details.lastChild.childElementCount) details.lastChild.append(countTable(title, column, entries));
  });
  const figure = make("figure", { class: `card ${size === "wide" ? "wide" : ""}`, role: "group", "aria-labelledby": id }, make("h2", { id }, title), make("p", {}, said), place, details);
  byId("cards").append(figure);
  place.draw = () => draw(place, title, said);
  seen.observe(place);
  return figure;
}

function countTable(title, column, entries) {
  const rows = entries.map(([name, count, hash]) => make("tr", {}, make("th", { scope: "row" }, make("a", { href: hash }, name)), make("td", { class: "n" }, number(count))));
  const head = make("thead", {}, make("tr", {}, make("th", { scope: "col" }, column), make("th", { scope: "col", class: "n" }, "Number")));
  return make("table", {}, make("caption", { class: "unseen" }, title), head, make("tbody", {}, ...rows));
}

const seen = new IntersectionObserver((entries) => {
  for (const entry of entries) if (entry.isIntersecting) drawNow(entry.target);
}, { rootMargin: "300px" });

function drawNow(place) {
  seen.unobserve(place);
  place.draw?.();
  place.draw = null;
}

// A chart in a place, described for those who do not see it.
function chart(place, description, options) {
  const one = echarts.init(place, null, { renderer: "svg" });
  place.setAttribute("role", "img");
  one.setOption({
    animation: false,
    textStyle: FONT,
    aria: { enabled: true, label: { description } },
    tooltip: { confine: true, textStyle: { fontSize: 13, color: INK }, extraCssText: "max-width:26rem;white-space:normal;overflow-wrap:anywhere" },
    ...options,
  });
  new ResizeObserver(() => place.clientWidth && one.resize()).observe(place);
  if (place.closest("#cards")) drawn.push({ one, place });
  return one;
}

function toPaper() {
  for (const { one, place } of drawn) {
    one.resize({ width: PAPER[Number(place.classList.contains("wide"))], height: 250 });
    one.getZr().flush(); // nothing is drawn later once printing has begun
  }
}

function toScreen() {
  for (const { one, place } of drawn) if (place.clientWidth) one.resize({ width: "auto", height: "auto" });
}

const axis = { axisLine: { lineStyle: { color: "#8d8f99" } }, axisTick: { show: false }, axisLabel: { color: INK, fontSize: 13 } };
const scale = { ...axis, type: "value", minInterval: 1, axisLine: { show: false }, splitLine: { lineStyle: { color: "#e6e6ec" } } };

// Numbers by name, the largest on top.
function bars(place, title, said, entries, colours) {
  const shown = entries.slice(0, BARS);
  const one = chart(place, `${title}. ${shown.map(([name, count]) => `${name}: ${count}`).join(", ")}.`, {
    grid: { left: 4, right: 52, top: 6, bottom: 4, containLabel: true },
    xAxis: { ...scale, axisLabel: { show: false }, splitLine: { show: false } },
    yAxis: { ...axis, type: "category", inverse: true, triggerEvent: true, data: shown.map(([name]) => name), axisLine: { show: false }, axisLabel: { color: INK, fontSize: 13, width: Math.min(260, Math.max(130, place.clientWidth * 0.42)), overflow: "truncate" } },
    series: [{
      type: "bar",
      barMaxWidth: 20,
      data: shown.map(([, count], at) => ({ value: count, itemStyle: { color: colours?.[at] ?? BLUE, borderRadius: [0, 3, 3, 0] } })),
      label: { show: true, position: "right", color: INK, fontSize: 13, formatter: ({ value }) => number(value) },
      cursor: "pointer",
    }],
  });
  const names = shown.map(([name]) => name);
  one.on("click", ({ name, value, componentType }) => follow(shown[names.indexOf(componentType === "yAxis" ? value : name)]));
}

function columns(place, title, said, entries) {
  const one = chart(place, `${title}. ${entries.map(([name, count]) => `${name}: ${count}`).join(", ")}.`, {
    grid: { left: 4, right: 8, top: 22, bottom: 4, containLabel: true },
    xAxis: { ...axis, type: "category", data: entries.map(([name]) => name), axisLabel: { color: INK, fontSize: 13, hideOverlap: true } },
    yAxis: scale,
    series: [{ type: "bar", barMaxWidth: 34, data: entries.map(([, count]) => count), itemStyle: { color: BLUE, borderRadius: [3, 3, 0, 0] }, label: { show: entries.length <= 30, position: "top", color: INK, fontSize: 12 }, cursor: "pointer" }],
  });
  one.on("click", ({ dataIndex }) => follow(entries[dataIndex]));
}

function follow(entry) {
  if (entry) location.hash = entry[2];
}

const countOf = (count, one, more) => `${number(count)} ${count === 1 ? one : more}`;

function showCharts() {
  const linked = (entries, view, column) => entries.filter(([name]) => name).map(([name, count]) => [name, count, address(view, { [column]: name })]);
  const without = (entries) => entries.find(([name]) => !name)?.[1] ?? 0;
  const most = (entries) => (entries.length > BARS ? `The ${BARS} most frequent of ${number(entries.length)}. ` : "");

  const councils = linked(overview.councils, "documents", "council");
  const unnamed = without(overview.councils);
  const saidCouncils = `${most(councils)}${unnamed ? `${countOf(unnamed, "document does", "documents do")} not state theirs.` : ""}`;
  if (councils.length) card("Documents by council", saidCouncils, councils, "Council", (place, ...said) => bars(place, ...said, councils));

  const years = linked(overview.years, "documents", "meeting_date");
  const undated = without(overview.years);
  if (years.length) card("Documents by year of the meeting", undated ? `${countOf(undated, "document states", "documents state")} no day.` : "", years, "Year", (place, ...said) => columns(place, ...said, filled(years)));

  const labels = overview.labels.map(({ name, count, view }) => [name, count, `#${view}`]);
  const tints = overview.labels.map(({ name }) => TINTS[name]);
  if (labels.length) card("What was found", "Roles, places, providers and strategies by the model, the others by rules.", labels, "Label", (place, ...said) => bars(place, ...said, labels, tints));

  const outcomes = linked(overview.outcomes, "decisions", "outcome");
  const unclear = without(overview.outcomes);
  if (outcomes.length) card("Outcomes of decisions", `${most(outcomes)}${unclear ? `${number(unclear)} are unclear.` : ""}`, outcomes, "Outcome", (place, ...said) => bars(place, ...said, outcomes));

  if (views.has("percentages") || views.has("figures")) percentCard();
  failureCard(linked(overview.failures, "failures", "cause"));
}

const TINTS = { ROLE: "#4a7ebb", PLACE: "#5a9a45", PROVIDER: "#d08a3c", STRATEGY: "#a4557f", PERCENTAGE: "#b5961d", DATE_RANGE: "#3f8f9b", RESOLUTION: "#7260a8" };

// Years without documents are shown too.
function filled(years) {
  const counts = new Map(years.map((entry) => [Number(entry[0]), entry]));
  const [first, last] = [Number(years[0][0]), Number(years[years.length - 1][0])];
  if (last - first > 60) return years;
  return Array.from({ length: last - first + 1 }, (_, at) => counts.get(first + at) ?? [String(first + at), 0, address("documents", { meeting_date: first + at })]);
}

function failureCard(failures) {
  const figure = make("figure", { class: "card wide" }, make("h2", {}, "Could not be read"));
  if (failures.length) figure.append(countTable("Could not be read", "Cause", failures));
  else figure.append(make("p", {}, "Every file was read."));
  byId("cards").append(figure);
}

// --- percentages over time ---

// Days, percentages and places: of the joined figures if there are any, with what they measure.
async function percentPoints() {
  const joined = views.has("figures") && (await rowsOf("figures")).filter((row) => row.kind === "percentage");
  const rows = joined && joined.length ? joined : views.has("percentages") ? await rowsOf("percentages") : [];
  return rows
    .filter((row) => row.unit === undefined || row.unit === "percent")
    .map((row) => ({ row, day: row.last_day || row.meeting_date, value: row.low, words: row.measure || row.sentence || "" }))
    .filter(({ day: at, value }) => at && typeof value === "number")
    .sort((a, b) => (a.day < b.day ? -1 : 1));
}

function percentCard() {
  const field = make("input", { type: "search", autocomplete: "off", spellcheck: "false" });
  const tools = make("div", { class: "figure-tools" }, make("label", { class: "search" }, make("span", {}, "Only with these words"), field));
  let points = [];
  let one = null;
  const entries = [];
  const figure = card("Percentages over time", "", entries, "Percentage", async (place) => {
    points = await percentPoints();
    one = chart(place, "", { grid: { left: 4, right: 24, top: 12, bottom: 4, containLabel: true }, xAxis: { ...axis, type: "time" }, yAxis: { ...scale, axisLabel: { color: INK, formatter: "{value}%" } }, series: [{ type: "scatter", symbolSize: 9, itemStyle: { color: BLUE, opacity: 0.65 }, cursor: "pointer" }] });
    one.on("click", ({ data }) => follow([0, 0, placeOf(data.row)]));
    show();
  }, "wide");
  figure.querySelector(".chart").before(tools);
  const show = () => {
    const wanted = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    const fitting = points.filter((point) => wanted.every((word) => point.words.toLowerCase().includes(word)));
    const every = Math.ceil(fitting.length / POINTS);
    const some = fitting.filter((_, at) => at % every === 0);
    const said = `${number(fitting.length)} of ${number(points.length)} percentages with a day${every > 1 ? `, every ${every}. of them drawn` : ""}. Type a measure, such as “foster” or “attendance”, to follow it.`;
    figure.querySelector("p").textContent = said;
    one.setOption({
      aria: { label: { description: `Percentages over time. ${said}` } },
      tooltip: { formatter: ({ data }) => tip(data.row, data.words) },
      series: [{ data: some.map((point) => ({ value: [point.day, point.value], row: point.row, words: point.words })) }],
    });
    entries.splice(0, Infinity, ...fitting.slice(-200).reverse());
    figure.querySelector("details > div").replaceChildren(percentTable(entries));
  };
  let waiting;
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(show, WAIT);
  });
}

function tip(row, words) {
  const place = [row.council, row.body, day(row.last_day || row.meeting_date)].filter(Boolean).join(", ");
  return make("div", {}, make("b", {}, row.text), make("div", {}, words), make("small", {}, place));
}

function percentTable(points) {
  const rows = points.map(({ row, day: at, words }) => make("tr", {}, make("td", {}, day(at)), make("td", { class: "n" }, make("a", { href: placeOf(row) }, row.text)), make("td", {}, words)));
  const head = make("thead", {}, make("tr", {}, ...["Day", "Percentage", "Words"].map((name) => make("th", { scope: "col" }, name))));
  return make("table", {}, make("caption", { class: "unseen" }, "Percentages over time, the latest 200"), head, make("tbody", {}, ...rows));
}
