// Going to spans and words, mouse, keys, buttons, and the start.

function choose(id, focus, block = "nearest") {
  state.chosen = id;
  if (id !== null) getSelection().removeAllRanges();
  show();
  if (id === null) return;
  const place = stopOf(id);
  const free = textBox.contains(document.activeElement) || document.activeElement === document.body;
  if (focus || free) place.focus({ preventScroll: true });
  if (focus) place.parentElement.scrollIntoView({ block });
}

// The next span to the right (1) or left (-1) that `fits`, round the ends.
function walk(step, fits = () => true) {
  const spans = state.spans.filter(fits);
  if (!spans.length) {
    say(fits === isDoubtful ? "No span is uncertain." : "There are no spans.");
    return;
  }
  const span = current();
  const here = span ?? { start: firstVisible(), end: Infinity, label: "" };
  const right = spans.findIndex((other) => order(other, here) > 0);
  const left = spans.findLastIndex((other) => order(other, here) < 0);
  choose(spans.at(step > 0 ? Math.max(right, 0) : left).id, true, fits === isDoubtful ? "center" : "nearest");
}

function firstVisible() {
  const top = document.querySelector("header").getBoundingClientRect().bottom;
  return lines.find((line) => line.getBoundingClientRect().bottom > top)?.from ?? 0;
}

// The words selected with the keyboard: one (`extend` false), or from the first to the one moved to.
function selectWords(horizontal, vertical, extend) {
  if (!wordStarts.length) return;
  const range = rawSelection();
  if (!range) cursor = null;
  else if (!cursor || cursor.start !== range.start || cursor.end !== range.end) {
    const last = Math.max(0, search(wordStarts, range.end) - 1);
    cursor = { anchor: Math.min(search(wordEnds, range.start + 1), last), focus: last };
  }
  let to;
  if (cursor) to = horizontal ? cursor.focus + horizontal : wordInLine(cursor.focus, vertical);
  else to = firstWord(horizontal, vertical);
  to = Math.max(0, Math.min(to, wordStarts.length - 1));
  const anchor = extend && cursor ? cursor.anchor : to;
  const [first, last] = [Math.min(anchor, to), Math.max(anchor, to)];
  select(wordStarts[first], wordEnds[last]);
  cursor = { anchor, focus: to, ...rawSelection() };
  lines[lineAt(wordStarts[to])].scrollIntoView({ block: "nearest" });
  bringIntoView(wordStarts[to], wordEnds[to]);
}

// Where the keyboard begins: beside the span that is selected, or at the top of what can be seen.
function firstWord(horizontal, vertical) {
  const span = current();
  if (!span) return search(wordStarts, firstVisible());
  if (vertical) return wordInLine(search(wordStarts, span.start), vertical);
  return horizontal > 0 ? search(wordStarts, span.end) : search(wordStarts, span.start) - 1;
}

// The first word of the next line that has words, down (1) or up (-1).
function wordInLine(word, step) {
  let line = lineAt(wordStarts[word]) + step;
  while (lines[line]) {
    const first = search(wordStarts, lines[line].from);
    if (first < wordStarts.length && wordStarts[first] < lineEnd(line)) return first;
    line += step;
  }
  return word;
}

function bringIntoView(start, end) {
  const range = document.createRange();
  range.setStart(...placeOf(start));
  range.setEnd(...placeOf(end));
  const box = range.getBoundingClientRect();
  const narrow = getComputedStyle(find("now")).position === "fixed";
  const top = document.querySelector(narrow ? ".labels" : "header").getBoundingClientRect().bottom + 20;
  const bottom = (narrow ? find("now").getBoundingClientRect().top : innerHeight) - 80;
  if (box.top < top) scrollBy(0, box.top - top);
  else if (box.bottom > bottom) scrollBy(0, box.bottom - bottom);
}

// --- mouse ---

let byMouse = false;
document.addEventListener("pointerdown", () => (byMouse = true), true);
document.addEventListener("keydown", () => (byMouse = false), true);

// Buttons leave the selected words selected.
for (const box of document.querySelectorAll("header, aside")) {
  box.addEventListener("mousedown", (event) => {
    if (event.target.closest("button")) event.preventDefault();
  });
}

textBox.addEventListener("click", (event) => {
  if (rawSelection() || event.target.closest(".handle")) return;
  const marks = [];
  for (let mark = event.target.closest("mark"); mark; mark = mark.parentElement.closest("mark")) {
    marks.push(Number(mark.dataset.span));
  }
  const next = marks[marks.indexOf(state.chosen) + 1] ?? marks[0] ?? null;
  if (next !== null || state.chosen !== null) choose(next, false);
});

textBox.addEventListener("focusin", (event) => {
  const id = Number(event.target.dataset.stop);
  if (!byMouse && !redrawing && id && id !== state.chosen) choose(id, true);
});

document.addEventListener("pointerup", () => {
  if (dragged || !byMouse) return;
  setTimeout(() => {
    const raw = rawSelection();
    const range = picked();
    // The words that would be taken are the words that look selected.
    if (range && (raw.start !== range.start || raw.end !== range.end)) select(range.start, range.end);
  });
});

document.addEventListener("selectionchange", () => {
  showSelection();
  showCounts();
});

textBox.addEventListener("pointerdown", (event) => {
  const grip = event.target.closest(".handle");
  if (!grip || event.button !== 0) return;
  event.preventDefault();
  dragged = { ...current(), edge: grip.dataset.edge };
  document.body.classList.add("dragging");
});

document.addEventListener("pointermove", (event) => {
  if (!dragged) return;
  const offset = offsetAt(event.clientX, event.clientY);
  if (offset === null) return;
  const whole = find("whole").checked;
  const place = whole ? nearest(dragged.edge === "start" ? wordStarts : wordEnds, offset) : offset;
  const moved = { ...dragged, [dragged.edge]: place };
  if (moved.start >= moved.end || place === dragged[dragged.edge]) return;
  dragged = moved;
  show();
});

function drop(keepIt) {
  if (!dragged) return;
  const { edge, ...moved } = dragged;
  const before = current();
  dragged = null;
  document.body.classList.remove("dragging");
  const range = tidy(moved.start, moved.end, false);
  show();
  if (!keepIt || !range || before[edge] === range[edge]) return;
  put({ ...before, ...range, sure: null }, before, `Now ${short(range)}.`);
}
document.addEventListener("pointerup", () => drop(true));
document.addEventListener("pointercancel", () => drop(false));

// --- keys and buttons ---

function escape() {
  if (dragged) drop(false);
  else if (rawSelection()) getSelection().removeAllRanges();
  else choose(null, false);
}

function toggleWhole() {
  find("whole").checked = !find("whole").checked;
  showSelection();
  say(find("whole").checked ? "Whole words are taken." : "Exactly what you select is taken.");
}

const letters = {
  "[": () => moveEdge("start", -1),
  "]": () => moveEdge("start", 1),
  "{": () => moveEdge("end", -1),
  "}": () => moveEdge("end", 1),
  m: moveToSelection,
  n: () => walk(1, isDoubtful),
  p: () => walk(-1, isDoubtful),
  c: confirmRight,
  d: done,
  x: toggleWhole,
  "?": () => find("help-panel").showModal(),
};
const always = { Delete: remove, Backspace: remove, Escape: escape };
const withControl = {
  z: () => travel(state.past, state.future, "undo"),
  y: () => travel(state.future, state.past, "redo"),
  s: save,
};
const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function actionOf(event) {
  const { key: pressed, shiftKey: shift, altKey: alt } = event;
  const control = event.ctrlKey || event.metaKey;
  const lower = pressed.toLowerCase();
  if (pressed in arrows) {
    const [horizontal, vertical] = arrows[pressed];
    if (alt && !control) return horizontal ? () => moveEdge(shift ? "start" : "end", horizontal) : null;
    if (alt) return null;
    if (shift && !find("whole").checked && rawSelection()) return null; // the browser goes character by character
    if (control || shift) return () => selectWords(horizontal, vertical, shift);
    return horizontal ? () => walk(horizontal) : null;
  }
  if (control && !alt) return shift && lower === "z" ? withControl.y : (withControl[lower] ?? null);
  if (alt && !event.getModifierState("AltGraph")) return null;
  if (Object.hasOwn(always, pressed)) return always[pressed];
  if (!find("letters").checked) return null;
  if (Object.hasOwn(letters, pressed)) return letters[pressed];
  if (!shift && Object.hasOwn(letters, lower)) return letters[lower]; // with caps lock
  const digit = /^[1-9]$/.test(pressed) ? Number(pressed) : 0;
  return names[digit - 1] ? () => label(names[digit - 1]) : null;
}

document.addEventListener("keydown", (event) => {
  if (document.querySelector("dialog[open]")) return;
  const action = actionOf(event);
  if (event.target === byField && action !== save) return;
  if (!action) return;
  event.preventDefault();
  if (!event.repeat || event.key in arrows || "[]{}".includes(event.key)) action();
});

for (const button of document.querySelectorAll("[data-label]")) {
  button.addEventListener("click", () => label(button.dataset.label));
}
const clicks = {
  undo: withControl.z,
  redo: withControl.y,
  save,
  done,
  "not-done": notDone,
  help: letters["?"],
  "help-close": () => find("help-panel").close(),
  move: moveToSelection,
  remove,
  right: confirmRight,
  doubt: letters.n,
  reset,
  "start-left": letters["["],
  "start-right": letters["]"],
  "end-left": letters["{"],
  "end-right": letters["}"],
  "ask-no": () => find("ask").close(),
  "ask-yes": () => {
    find("ask").close();
    answer();
  },
};
for (const [id, action] of Object.entries(clicks)) find(id).addEventListener("click", action);
find("ask").addEventListener("close", show);
find("whole").addEventListener("change", showSelection);
find("letters").checked = recall(FORMAT + ":letters") !== "off";
find("letters").addEventListener("change", () => keep(FORMAT + ":letters", find("letters").checked ? "on" : "off"));

addEventListener("beforeunload", (event) => {
  if (!state.filed && !state.kept) event.preventDefault();
});
addEventListener("storage", (event) => {
  if (event.key !== key) return;
  warn("This document was changed in another window. Load this page again before you go on, or that is lost.");
});

const sizes = { "--top": document.querySelector("header"), "--bottom": find("now") };
function measure() {
  const style = document.documentElement.style;
  for (const [name, box] of Object.entries(sizes)) style.setProperty(name, box.offsetHeight + "px");
}
const watch = new ResizeObserver(measure);
for (const box of Object.values(sizes)) watch.observe(box);

// --- start ---

if (fromIndex) {
  for (const id of ["previous", "next"]) find(id).href += "#from-index";
  if (apart) find("home").href += "#progress-apart";
}
if (!keep(FORMAT + ":probe", "1")) {
  state.kept = false;
  warn("Your browser does not keep your progress here: press Save before you leave this page.");
} else if (apart) {
  warn("Your browser keeps the progress of each page apart: Done saves each document to a file of its own.");
}
forget(FORMAT + ":probe");
const kept = progressOf(data, points.length, new Set(names));
state.spans = kept ? kept.spans.map(fromRow).sort(order) : original;
state.done = kept?.state === REVIEWED;
state.started = Boolean(kept);
state.filed = kept ? Boolean(kept.filed) : true;
measure();
show();
if (kept) say("Your corrections of this document are back.");
