// The strategies over time: a page of them as a chart, and the same as a table with links.

const PAGE = 20;
const ROW = 40; // pixels
const PAPER_ROW = 33;
const LETTER = 7.1; // pixels, on average
const NEAR = 0.012; // of the axis: symbols nearer than this overlap
const SIDE = 10; // pixels
const SIGNS = [["diamond", "#1f7a3d"], ["triangle", "#b25600"], ["circle", "#5a5f6d"], ["rect", "#6b3fa0"]];
const ACTIONS = [...about.outcomes, { name: "other", words: [] }].map((kind, which) => {
  const [symbol, colour] = SIGNS[which % SIGNS.length];
  return { ...kind, symbol, colour };
});
const timeline = { rows: null, page: 0, chart: null };
const kindOf = (outcome) => [...about.outcomes, { words: [outcome] }].findIndex(({ words }) => words.includes(outcome));

async function showTimeline() {
  if (!timeline.rows) {
    timeline.rows = await strategies();
    const councils = [...new Set(timeline.rows.map(({ row }) => row.council ?? ""))].sort(byText);
    byId("timeline-council").replaceChildren(make("option", { value: "" }, "all"), ...councils.map((name) => make("option", { value: name || NONE }, name || "(not stated)")));
    byId("timeline-legend").replaceChildren(...legend());
  }
  drawTimeline();
}

// Every strategy with its decisions, by day: from the register's rows, or from its own column where those are missing.
async function strategies() {
  const decided = new Map();
  for (const action of views.has("actions") ? await rowsOf("actions") : []) {
    if (action.how === "beside") continue; // named, while another thing was decided upon
    if (!decided.has(action.id)) decided.set(action.id, []);
    decided.get(action.id).push({ day: action.meeting_date ?? "", outcome: action.outcome, row: action, clause: action.clause });
  }
  return (await rowsOf("strategies")).map((row) => {
    const found = decided.get(row.id) ?? written(row.actions ?? "");
    return { row, actions: found.sort((a, b) => (a.day < b.day ? -1 : 1)) };
  });
}

function written(actions) {
  return actions.split(";").map((part) => part.trim().match(/^(\d{4}-\d\d-\d\d) (.+)$/)).filter(Boolean).map(([, at, outcome]) => ({ day: at, outcome, row: null, clause: "" }));
}

// A day as a year with a fraction, which is how far along the axis it stands.
function years(iso) {
  const at = new Date(`${iso}T00:00:00Z`);
  const year = at.getUTCFullYear();
  return year + (at - Date.UTC(year, 0, 1)) / (Date.UTC(year + 1, 0, 1) - Date.UTC(year, 0, 1));
}

const firstOf = ({ row, actions }) => [row.first_day, row.first_meeting, actions[0]?.day].filter(Boolean).sort()[0] ?? "9999";

function wantedStrategies() {
  const wanted = byId("timeline-search").value.toLowerCase().split(/\s+/).filter(Boolean);
  const council = byId("timeline-council").value;
  const decided = byId("timeline-decided").checked;
  const found = timeline.rows.filter(({ row, actions }) =>
    wanted.every((word) => row.name.toLowerCase().includes(word)) &&
    (!council || (row.council ?? "") === (council === NONE ? "" : council)) &&
    (!decided || actions.length));
  const known = ({ row, actions }) => actions.filter((action) => action.day).length + Boolean(row.first_day);
  const orders = {
    known: (a, b) => known(b) - known(a) || b.row.mentions - a.row.mentions,
    mentions: (a, b) => b.row.mentions - a.row.mentions,
    name: (a, b) => byText(a.row.name, b.row.name),
    council: (a, b) => byText(a.row.council ?? "", b.row.council ?? "") || byText(a.row.name, b.row.name),
    first: (a, b) => (firstOf(a) < firstOf(b) ? -1 : 1),
  };
  return found.sort(orders[byId("timeline-order").value]);
}

function drawTimeline(onPaper = false) {
  const found = wantedStrategies();
  const pages = Math.max(1, Math.ceil(found.length / PAGE));
  timeline.page = Math.min(timeline.page, pages - 1);
  const shown = found.slice(timeline.page * PAGE, (timeline.page + 1) * PAGE);
  byId("timeline-count").textContent = `${number(found.length)} ${found.length === 1 ? "strategy" : "strategies"}`;
  byId("timeline-page").textContent = `${timeline.page + 1} of ${pages}`;
  byId("timeline-back").disabled = timeline.page === 0;
  byId("timeline-on").disabled = timeline.page + 1 === pages;
  byId("timeline-table").tBodies[0].replaceChildren(...shown.map(strategyRow));
  const place = byId("timeline-chart");
  const width = onPaper ? PAPER[1] : place.clientWidth;
  place.style.height = `${Math.max(1, shown.length) * (onPaper ? PAPER_ROW : ROW) + 60}px`;
  timeline.chart ??= chart(place, "", {});
  timeline.chart.resize({ width, height: "auto" });
  timeline.chart.setOption(timelineOptions(shown, width), { notMerge: true });
  timeline.chart.off("click");
  timeline.chart.on("click", ({ data, componentType, value }) => {
    const row = componentType === "yAxis" ? shown[Number(value)]?.row : data?.row;
    if (row) location.hash = placeOf(row);
  });
}

function timelineOptions(shown, width) {
  const spans = shown.map(({ row }) => (row.first_day && row.last_day ? [years(row.first_day), years(row.last_day) + 1 / 365] : null));
  const seen = shown.map(({ row }) => (row.first_meeting && row.last_meeting ? [years(row.first_meeting), years(row.last_meeting)] : null));
  const points = shown.flatMap(({ row, actions }, at) => actions.filter((action) => action.day).map((action) => ({ ...action, at, x: years(action.day), strategy: row })));
  const all = [...spans.flat(), ...seen.flat(), ...points.map(({ x }) => x)].filter((x) => x !== null);
  const bounds = all.length ? { min: Math.floor(Math.min(...all)), max: Math.ceil(Math.max(...all) + 0.05) } : { min: 2000, max: 2030 };
  const named = Math.min(360, width * 0.4);
  moveApart(points, (bounds.max - bounds.min) * NEAR);
  return {
    animation: false,
    textStyle: FONT,
    aria: { enabled: true, label: { description: `Strategies over time, ${bounds.min} to ${bounds.max}. The table below has the same.` } },
    tooltip: { confine: true, formatter: ({ data }) => strategyTip(data), textStyle: { fontSize: 13, color: INK }, extraCssText: "max-width:26rem;white-space:normal;overflow-wrap:anywhere" },
    grid: { left: named + 14, right: 24, top: 30, bottom: 6 },
    xAxis: { ...scale, ...bounds, position: "top", minInterval: 1, axisLabel: { color: INK, fontSize: 13, hideOverlap: true, formatter: (value) => (Number.isInteger(value) ? String(value) : "") } },
    yAxis: {
      ...axis,
      type: "category",
      inverse: true,
      triggerEvent: true,
      data: shown.map((_, at) => String(at)),
      axisLine: { show: false },
      splitLine: { show: true, lineStyle: { color: "#f0f0f4" } },
      axisLabel: {
        interval: 0,
        formatter: (at) => labelOf(shown[at].row, Math.floor(named / LETTER)),
        rich: { name: { color: "#0f4c93", fontSize: 13, lineHeight: 17, align: "right" }, council: { color: "#555862", fontSize: 12, lineHeight: 15, align: "right" } },
      },
    },
    series: [
      { type: "bar", stack: "years", silent: true, barWidth: 14, data: spans.map((span) => span?.[0] ?? 0), itemStyle: { color: "transparent" } },
      { type: "bar", stack: "years", barWidth: 14, data: spans.map((span, at) => ({ value: span ? span[1] - span[0] : 0, row: shown[at].row })), itemStyle: { color: "#a9c8e8", borderColor: "#5e8fc0", borderRadius: 3 }, cursor: "pointer" },
      ...seen.flatMap((range, at) => (range ? [{ type: "line", silent: true, symbol: "none", z: 4, data: [[range[0], at], [range[1], at]], lineStyle: { color: "#3f434d", width: 2 } }] : [])),
      ...ACTIONS.map((kind, which) => ({
        type: "scatter",
        z: 9 - which,
        name: kind.name,
        symbol: kind.symbol,
        symbolSize: kind.symbol === "rect" ? 10 : 13,
        itemStyle: { color: kind.colour, borderColor: "#fff", borderWidth: 1, opacity: 1 },
        cursor: "pointer",
        data: points.filter(({ outcome }) => kindOf(outcome) === which).map((point) => ({ value: [point.x, point.at], symbolOffset: [point.aside, 0], row: point.row ?? point.strategy, action: point })),
      })),
    ],
  };
}

// Name and council, each on a line that fits. Braces and bars have a meaning in the library's labels.
function labelOf({ name, council }, letters) {
  const fit = (text) => (text.length > letters ? `${text.slice(0, letters - 1)}…` : text).replace(/[{}|\n]/g, " ");
  return `{name|${fit(name)}}${council ? `\n{council|${fit(council)}}` : ""}`;
}

// Symbols of one strategy that would hide each other stand side by side.
function moveApart(points, near) {
  let last = null;
  for (const point of points) {
    const close = last && last.at === point.at && point.x - last.x < near;
    point.aside = close ? last.aside + SIDE : 0;
    last = close ? { ...last, aside: point.aside } : point;
  }
}

function strategyTip(data) {
  const { action, row } = data ?? {};
  if (action) return make("div", {}, make("b", {}, `${day(action.day)}: ${action.outcome}`), make("div", {}, action.strategy.name), make("small", {}, action.clause ?? ""));
  if (!row) return "";
  return make("div", {}, make("b", {}, row.name), make("div", {}, row.council ?? ""), make("small", {}, `${day(row.first_day)} to ${day(row.last_day)}`));
}

function strategyRow({ row, actions }) {
  const decisions = actions.map((action) => {
    const said = [day(action.day), action.outcome].filter(Boolean).join(" ");
    return make("li", { class: "one-line", title: action.clause || null }, action.row ? make("a", { href: placeOf(action.row) }, said) : said);
  });
  const mentions = views.has("mentions") ? make("a", { href: address("mentions", { register: "strategies", id: row.id }) }, number(row.mentions)) : number(row.mentions);
  return make("tr", {},
    make("th", { scope: "row" }, make("a", { href: placeOf(row) }, row.name)),
    make("td", {}, row.council ?? ""),
    make("td", { class: "one-line" }, row.period ?? ""),
    make("td", {}, make("ul", {}, ...decisions)),
    make("td", { class: "n" }, mentions));
}

function legend() {
  const sign = (inside) => {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("width", "16");
    svg.setAttribute("height", "14");
    const shape = document.createElementNS("http://www.w3.org/2000/svg", "path");
    for (const [name, value] of Object.entries(inside)) shape.setAttribute(name, value);
    svg.append(shape);
    return svg;
  };
  const shapes = { diamond: "M8 0 15 7 8 14 1 7Z", triangle: "M8 1 15 13H1Z", circle: "M8 1a6 6 0 1 1 0 12a6 6 0 1 1 0-12", rect: "M3 2h10v10H3Z" };
  return [
    make("span", {}, sign({ d: "M0 2h16v10H0Z", fill: "#a9c8e8", stroke: "#5e8fc0" }), "years of the name"),
    make("span", {}, sign({ d: "M0 6h16v2H0Z", fill: "#5a5f6d" }), "first to last meeting"),
    ...ACTIONS.map(({ name, symbol, colour }) => make("span", {}, sign({ d: shapes[symbol], fill: colour }), name)),
  ];
}

for (const id of ["timeline-search", "timeline-council", "timeline-order", "timeline-decided"]) {
  let waiting;
  byId(id).addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      timeline.page = 0;
      drawTimeline();
    }, id === "timeline-search" ? WAIT : 0);
  });
}
for (const [id, by] of [["timeline-back", -1], ["timeline-on", 1]]) {
  byId(id).addEventListener("click", () => {
    timeline.page += by;
    drawTimeline();
  });
}
