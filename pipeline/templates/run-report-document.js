// One document: what was decided on top, its text with highlights, and what was found beside it.

const FACTS = [
  ["actor", "Who"],
  ["object", "What"],
  ["deadline", "By when"],
  ["condition", "If"],
  ["strategies", "Strategies"],
  ["roles", "Owners"],
  ["providers", "Providers"],
  ["periods", "Periods"],
];
const TARGET = -1; // in place of a label: the words that a link led to
const OFF = new Set(); // labels that are not highlighted
let trail = null; // the rows through which Previous and Next lead: rows, at

async function showDocument(index, start, end) {
  const facts = (await rowsOf("documents"))[index];
  if (!facts) throw new Error("There is no such document in this report.");
  const one = await documentOf(index);
  const unit = units(one.wide);
  byId("title-document").textContent = facts.title;
  const known = [facts.council, facts.body, day(facts.meeting_date), (facts.kind ?? "").replaceAll("_", " "), facts.doc_id];
  byId("about-document").replaceChildren(...known.filter(Boolean).flatMap((text, at) => [at ? " · " : "", make("bdi", {}, text)]));
  showDecisions(one, index);
  showLists(one, index);
  showToggles(one);
  showSteps(index);
  drawText(one, unit, start === null ? null : [unit(start), unit(end)]);
}

// Places count characters; here a few characters count as two.
function units(wide) {
  if (!wide.length) return (place) => place;
  return (place) => place + wide.filter((at) => at < place).length;
}

// --- the decisions ---

function showDecisions(one, index) {
  byId("decisions-box").hidden = !one.decisions.length;
  byId("title-decisions").textContent = one.decisions.length === 1 ? "1 decision" : `${one.decisions.length} decisions`;
  byId("decisions-list").replaceChildren(...one.decisions.map((decision) => {
    const words = make("a", { href: placeOf({ d: index, s: decision.start, e: decision.end }) }, decision.clause);
    const line = make("p", {}, ...(decision.outcome ? [make("span", { class: "outcome" }, decision.outcome), " "] : []), ...(decision.number ? [`${decision.number} `] : []), words);
    const facts = [...FACTS.filter(([name]) => decision[name]).map(([name, title]) => [title, decision[name]]), ...votes(decision)];
    const list = make("dl", {}, ...facts.map(([title, text]) => make("div", {}, make("dt", {}, title), make("dd", {}, text))));
    return make("li", {}, line, ...(facts.length ? [list] : []));
  }));
}

function votes(decision) {
  const counted = [["for", decision.votes_for], ["against", decision.votes_against], ["abstained", decision.abstentions]];
  const said = counted.filter(([, value]) => value !== undefined).map(([word, value]) => `${value} ${word}`);
  if (decision.unanimous) said.unshift("unanimous");
  return said.length ? [["Vote", said.join(", ")]] : [];
}

// --- beside the text ---

function showLists(one, index) {
  const entry = (words, more, start, end) => make("li", {}, make("a", { href: placeOf({ d: index, s: start, e: end }) }, words), ...(more ? [make("small", {}, more)] : []));
  byId("people-box").hidden = !one.people.length;
  byId("people-list").replaceChildren(...one.people.map(([person, office, start, end]) => entry(person, office, start, end)));
  byId("figures-box").hidden = !one.figures.length;
  byId("figures-list").replaceChildren(...one.figures.map(([figure, measure, period, start, end]) => entry(figure, [measure, period].filter(Boolean).join(", "), start, end)));
}

function showToggles(one) {
  const counts = about.labels.map(() => 0);
  for (const [, , label] of one.spans) counts[label] += 1;
  const rows = about.labels.flatMap(({ name, about: meaning }, label) => {
    if (!counts[label]) return [];
    const button = make("button", { class: name, title: meaning, "aria-pressed": String(!OFF.has(name)) }, make("span", {}, name), make("span", { class: "count" }, String(counts[label])));
    button.addEventListener("click", () => {
      if (!OFF.delete(name)) OFF.add(name);
      button.setAttribute("aria-pressed", String(!OFF.has(name)));
      byId("text").classList.toggle(`off-${name}`, OFF.has(name));
    });
    return [make("li", {}, button)];
  });
  const names = make("button", { "aria-pressed": String(!byId("text").classList.contains("no-names")) }, "Names of labels");
  names.addEventListener("click", () => {
    const hidden = byId("text").classList.toggle("no-names");
    names.setAttribute("aria-pressed", String(!hidden));
  });
  byId("toggles").replaceChildren(...rows, make("li", {}, names));
}

// --- the text ---

function drawText(one, unit, target) {
  const spans = one.spans.map(([start, end, label, note]) => ({ start: unit(start), end: unit(end), label, note }));
  if (target && target[0] < target[1]) spans.push({ start: target[0], end: target[1], label: TARGET, note: "" });
  spans.sort((a, b) => a.start - b.start || b.end - a.end);
  const lines = [];
  let next = 0; // the first span that is not begun yet
  let open = []; // spans that are begun and not over
  let from = 0;
  for (const text of one.text.split("\n")) {
    const to = from + text.length;
    open = open.filter((span) => span.end > from);
    while (next < spans.length && spans[next].start < to) {
      open.push(spans[next]);
      next += 1;
    }
    const line = make("div", { class: text ? "line" : "line blank" });
    line.append(...drawLine(one.text, from, to, open), "\n");
    lines.push(line);
    from = to + 1;
  }
  byId("text").replaceChildren(...lines);
  const first = byId("text").querySelector(".target");
  if (!first) return;
  first.tabIndex = -1;
  first.scrollIntoView({ block: "center" });
  first.focus({ preventScroll: true });
  requestAnimationFrame(() => first.scrollIntoView({ block: "center" })); // lines above have their true height now
}

// The pieces of one line: cut wherever a span begins or ends, each inside all spans that cover it, the longest outside.
function drawLine(text, from, to, spans) {
  if (!spans.length) return [text.slice(from, to)];
  const edges = spans.flatMap((span) => [Math.max(span.start, from), Math.min(span.end, to)]);
  const cuts = [...new Set([from, to, ...edges])].sort((a, b) => a - b);
  const pieces = [];
  let next = 0;
  let open = [];
  for (let at = 0; at + 1 < cuts.length; at += 1) {
    const [start, end] = [cuts[at], cuts[at + 1]];
    open = open.filter((span) => span.end > start);
    for (; next < spans.length && spans[next].start <= start; next += 1) open.push(spans[next]);
    const inside = open.filter((span) => span.end > start).sort((a, b) => a.end - a.start - (b.end - b.start));
    let piece = document.createTextNode(text.slice(start, end));
    for (const span of inside) piece = span.label === TARGET ? targeted(span, piece, start, end) : marked(span, piece, end);
    pieces.push(piece);
  }
  return pieces;
}

function marked(span, piece, end) {
  const { name } = about.labels[span.label];
  const mark = make("mark", { class: name, "data-label": name, title: span.note ? `${name} (${span.note})` : name }, piece);
  mark.classList.toggle("last", end === span.end);
  return mark;
}

function targeted(span, piece, start, end) {
  const box = make("span", { class: "target" }, piece);
  box.classList.toggle("first", start === span.start);
  box.classList.toggle("last", end === span.end);
  return box;
}

// --- going on ---

function showSteps(index) {
  const inTrail = trail && trail.at >= 0;
  const [at, all] = inTrail ? [trail.at, trail.rows.length] : [index, views.get("documents").rows];
  byId("back").href = last.hash;
  byId("back").textContent = `Back to ${last.title}`;
  byId("step-where").textContent = `${inTrail ? "Row" : "Document"} ${number(at + 1)} of ${number(all)}`;
  byId("step-back").disabled = at === 0;
  byId("step-on").disabled = at + 1 >= all;
  byId("step-back").onclick = () => step(inTrail, at - 1);
  byId("step-on").onclick = () => step(inTrail, at + 1);
}

function step(inTrail, at) {
  if (inTrail) trail.at = at;
  location.hash = inTrail ? placeOf(trail.rows[at]) : address("document", { d: at });
}
