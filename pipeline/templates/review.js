// Editing: the spans, what can be done to them, keys and mouse, progress.
const learned = new Set(data.labels.filter((label) => label.learned).map((label) => label.name));
const names = data.labels.map((label) => label.name);
const key = keyOf(data);
const fromIndex = location.hash === "#from-index";
const apart = fromIndex && recall(SHARED) === null; // this browser shows the index nothing of what is kept here
const state = {
  spans: [], // sorted: {id, start, end, label, sure, checked}
  chosen: null, // id
  done: false,
  started: false,
  filed: true, // nothing to save
  kept: true, // in this browser
  past: [],
  future: [],
};
let lastId = 0;
let cursor = null; // the words selected with the keyboard: {anchor, focus, start, end}
let dragged = null;
let redrawing = false;

function make(start, end, label, sure = null, checked = false) {
  lastId += 1;
  return { id: lastId, start, end, label, sure, checked };
}

// Spans as they are kept: [start, end, label, confidence, checked], in code points.
function fromRow([start, end, label, sure, checked]) {
  return make(points.toUnits(start), points.toUnits(end), label, sure ?? null, Boolean(checked));
}

function toRow(span) {
  return [points.toPoints(span.start), points.toPoints(span.end), span.label, span.sure, Number(span.checked)];
}

const original = data.spans.map(fromRow).sort(order);
const isDoubtful = (span) => !span.checked && span.sure !== null && span.sure < data.unsure;
const wordsOf = (span) => text.slice(span.start, span.end).replace(/\s+/g, " ");
const short = (span) => {
  const words = [...wordsOf(span)];
  return words.length > 60 ? "“" + words.slice(0, 57).join("") + "…”" : "“" + words.join("") + "”";
};
const nameOf = (span) =>
  `${span.label}, ${short(span)}` + (isDoubtful(span) ? `, uncertain, confidence ${span.sure.toFixed(2)}` : "");
const current = () => state.spans.find((span) => span.id === state.chosen) ?? null;
const plural = (number, word) => `${number} ${word}${number === 1 ? "" : "s"}`;

// The selected text, trimmed, its words whole where that is wanted.
function picked() {
  const raw = rawSelection();
  return raw && tidy(raw.start, raw.end, find("whole").checked);
}

// --- showing ---

function show() {
  const spans = dragged ? [...state.spans.filter((span) => span.id !== dragged.id), dragged].sort(order) : state.spans;
  const focused = textBox.contains(document.activeElement) ? document.activeElement.dataset.stop : undefined;
  draw(spans, state.chosen, isDoubtful, nameOf);
  if (focused !== undefined && !textBox.contains(document.activeElement)) {
    redrawing = true; // the focus goes back to where it was, which chooses nothing
    stopOf(focused)?.focus({ preventScroll: true });
    redrawing = false;
  }
  find("undo").disabled = !state.past.length;
  find("redo").disabled = !state.future.length;
  showCounts();
  showState();
  showSelection();
}

function showCounts() {
  for (const button of document.querySelectorAll("[data-label]")) {
    const count = state.spans.filter((span) => span.label === button.dataset.label).length;
    button.querySelector(".count").textContent = count;
    const number = names.indexOf(button.dataset.label) + 1;
    button.setAttribute("aria-label", `${button.dataset.label}, key ${number}, ${plural(count, "span")}`);
    button.setAttribute("aria-pressed", String(current()?.label === button.dataset.label && !rawSelection()));
  }
  const doubtful = state.spans.filter(isDoubtful).length;
  find("doubt").disabled = !doubtful;
  find("doubt").replaceChildren(`${doubtful} uncertain `, keyCap("n"));
}

function showState() {
  const added = state.spans.filter((span) => !original.some((other) => same(span, other))).length;
  const removed = original.filter((span) => !state.spans.some((other) => same(span, other))).length;
  const parts = [state.done ? "✓ Reviewed" : state.started ? "In progress" : "Not started"];
  if (added || removed) parts.push(`${added} added, ${removed} removed`);
  if (!state.filed) parts.push(state.kept ? "not in a file yet" : "NOT kept, not in a file");
  find("state").textContent = find("state").title = parts.join(" · ");
  find("not-done").hidden = !state.done;
  find("done").replaceChildren(state.done ? "Next " : "Done ", keyCap("d"));
}

function showSelection() {
  const range = picked();
  const span = current();
  find("nothing").hidden = Boolean(range || span);
  find("picked").hidden = !range;
  find("chosen").hidden = !span || Boolean(range);
  if (range) {
    find("picked-words").textContent = wordsOf(range);
    const raw = rawSelection();
    const plain = tidy(raw.start, raw.end, false);
    const snapped = plain.start !== range.start || plain.end !== range.end;
    find("picked-note").textContent = snapped
      ? "Whole words are taken; x takes exactly what you selected."
      : "Press 1 to 7, or click a label.";
    find("move").hidden = !span;
    if (span) find("move").replaceChildren(`Move ${span.label} here `, keyCap("m"));
  } else if (span) {
    find("chosen-label").textContent = span.label;
    find("chosen-label").className = "tag " + span.label;
    find("chosen-words").textContent = wordsOf(span);
    const sure = span.sure === null ? "" : `confidence ${span.sure.toFixed(2)}`;
    find("chosen-sure").textContent = span.checked ? "checked by you" : sure;
    find("chosen-sure").className = isDoubtful(span) ? "unsure" : "soft";
    find("right").hidden = !isDoubtful(span);
  }
}

function keyCap(name) {
  const cap = document.createElement("kbd");
  cap.textContent = name;
  return cap;
}

let toastTimer = 0;
function say(message) {
  find("toast").textContent = message;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => (find("toast").textContent = ""), 6000);
}

const stopOf = (id) => textBox.querySelector(`[data-stop="${id}"]`);

// --- progress ---

const stateName = () => (state.done ? REVIEWED : IN_PROGRESS);

function store() {
  state.started = true;
  state.kept = keep(key, JSON.stringify({ state: stateName(), filed: state.filed, spans: state.spans.map(toRow) }));
  if (!state.kept) warn("Your browser does not keep your progress here: press Save before you leave this page.");
  return state.kept;
}

function warn(message) {
  find("banner").textContent = message;
  find("banner").hidden = false;
}

function save() {
  const one = filed(data, points, stateName(), state.spans.map(toRow), byField.value.trim());
  download(data.name + ".minutes.json", [one]);
  state.filed = true;
  store();
  show();
  say(`Saved as ${data.name}.minutes.json, in your downloads.` + (state.done ? "" : " It is not marked as done yet."));
}

function done() {
  const before = state.done;
  state.done = true;
  if (!before) state.filed = false;
  store();
  const leave = () => (location.href = find("next").href);
  if (state.filed || (state.kept && !apart)) {
    leave();
    return;
  }
  save(); // nobody else can see what is kept here, so a file has to carry it
  setTimeout(leave, 800);
}

function notDone() {
  state.done = false;
  state.filed = false;
  store();
  show();
  say("Marked as not reviewed.");
}

// --- changes ---

function commit(spans, chosen, message) {
  state.past.push({ spans: state.spans, chosen: state.chosen });
  state.future = [];
  apply(spans, chosen, message);
}

function apply(spans, chosen, message) {
  state.spans = [...spans].sort(order);
  state.filed = false;
  store();
  choose(chosen, false);
  say(message);
}

function travel(from, to, word) {
  const step = from.pop();
  if (!step) {
    say(`Nothing to ${word}.`);
    return;
  }
  to.push({ spans: state.spans, chosen: state.chosen });
  apply(step.spans, step.chosen, word === "undo" ? "Undone." : "Done again.");
}

const same = (a, b) => a.start === b.start && a.end === b.end && a.label === b.label;
const clash = (a, b) => overlap(a, b) && (a.label === b.label || (learned.has(a.label) && learned.has(b.label)));

// Put a span in place of `before` (null: a new one), unless it lies over another that may not overlap it: then ask.
function put(span, before, message) {
  const others = state.spans.filter((other) => other.id !== before?.id);
  const twin = others.find((other) => same(other, span));
  if (twin && !before) {
    choose(twin.id, true);
    say(`${short(span)} is a ${span.label} already.`);
    return;
  }
  const inTheWay = others.filter((other) => clash(other, span));
  const rest = others.filter((other) => !inTheWay.includes(other));
  const replaced = inTheWay.length ? ` Replaced ${plural(inTheWay.length, "span")}.` : "";
  const go = () => commit([...rest, span], span.id, message + replaced);
  if (inTheWay.length) ask(inTheWay, span, go);
  else go();
}

let answer = null;
function ask(inTheWay, span, yes) {
  const list = inTheWay.slice(0, 3).map((other) => `${short(other)} (${other.label})`).join(", ");
  const more = inTheWay.length > 3 ? ` and ${inTheWay.length - 3} more` : "";
  const rule = inTheWay.some((other) => other.label !== span.label)
    ? "Roles, places, providers and strategies never overlap one another, so one of the two has to go."
    : `Two ${span.label} spans never overlap, so one of the two has to go.`;
  find("ask-title").textContent = "There is a span already";
  const stand = inTheWay.length > 1 ? "stand" : "stands";
  find("ask-text").textContent = `${list}${more} ${stand} where ${short(span)} (${span.label}) would be. ${rule}`;
  find("ask-yes").textContent = `Replace ${inTheWay.length > 1 ? "them" : "it"} by ${span.label}`;
  answer = yes;
  find("ask").showModal();
  find("ask-yes").focus();
}

function label(name) {
  const range = picked();
  const span = current();
  if (range) put(make(range.start, range.end, name), null, `${short(range)} is now a ${name}.`);
  else if (!span) say("Select words or a span first, then press the number.");
  else if (span.label === name) say(`It is a ${name} already.`);
  else put({ ...span, label: name, sure: null }, span, `${short(span)} is now a ${name}.`);
}

function remove() {
  const span = current();
  if (!span) {
    say("Click a span first, or go to one with Tab.");
    return;
  }
  const rest = state.spans.filter((other) => other !== span);
  const next = rest.find((other) => order(other, span) > 0) ?? rest.at(-1);
  const goOn = next && textBox.contains(document.activeElement);
  commit(rest, goOn ? next.id : null, `Removed ${span.label} ${short(span)}. Ctrl+Z brings it back.`);
}

function moveEdge(edge, step) {
  const span = current();
  if (!span) {
    say("Click a span first, or go to one with Tab.");
    return;
  }
  const place = nextEdge(edge === "start" ? wordStarts : wordEnds, span[edge], step);
  const moved = { ...span, [edge]: place, sure: null };
  if (place === undefined || moved.start >= moved.end) say("It cannot go further.");
  else put(moved, span, `Now ${short(moved)}.`);
}

function moveToSelection() {
  const range = picked();
  const span = current();
  if (!range || !span) say("Click a span, then select the words where it should be, then press m.");
  else put({ ...span, ...range, sure: null }, span, `Moved ${span.label} to ${short(range)}.`);
}

function confirmRight() {
  const span = current();
  if (!span || !isDoubtful(span)) {
    say("The selected span is not uncertain.");
    return;
  }
  const checked = { ...span, checked: true };
  commit(state.spans.map((other) => (other === span ? checked : other)), span.id, `${short(span)} is right.`);
  if (state.spans.some(isDoubtful)) walk(1, isDoubtful);
}

function reset() {
  if (state.spans.map(toRow).join() === original.map(toRow).join()) {
    say("Nothing has changed yet.");
    return;
  }
  commit(original, null, "All spans are as they were found. Ctrl+Z brings your changes back.");
}
