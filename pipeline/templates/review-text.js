// The text: what is shown of it, the words in it, the selection, and the spans drawn on it. Offsets are UTF-16 units.
const text = data.text;
const points = pointsOf(text);
const textBox = find("text");
const order = (a, b) => a.start - b.start || b.end - a.end || Number(a.label > b.label) - Number(a.label < b.label);
const overlap = (a, b) => a.start < b.end && b.start < a.end;
const WIDE = /[\ud800-\udbff][\udc00-\udfff]/;

// One character for one character, so that offsets stay: control characters get their pictures.
const shown = text
  .replace(/\r(?=\n)/g, "\u200b")
  .replace(/\r/g, "\n")
  .replace(/[\0-\x08\x0b\x0c\x0e-\x1f]/g, (char) => String.fromCharCode(0x2400 + char.charCodeAt(0)))
  .replace(/\x7f/g, "\u2421")
  .replace(/[\x80-\x9f]/g, "\ufffd");

// The words of our tokenizer, where edges may lie.
const wordStarts = [];
const wordEnds = [];
for (let at = 0, position = 0; at < data.words.length; at += 2) {
  wordStarts.push(points.toUnits(position + data.words[at]));
  position += data.words[at] + data.words[at + 1];
  wordEnds.push(points.toUnits(position));
}

// The first index whose value is at least `value`.
function search(values, value) {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

// The next place in a list of edges, to the left (-1) or right (1) of an offset; undefined at the end.
function nextEdge(edges, offset, step) {
  return step > 0 ? edges[search(edges, offset + 1)] : edges[search(edges, offset) - 1];
}

function nearest(edges, offset) {
  const right = search(edges, offset);
  const left = right - 1;
  if (right >= edges.length || (left >= 0 && offset - edges[left] <= edges[right] - offset)) return edges[left];
  return edges[right];
}

// Without white space at its ends and, if wanted, with the words it cuts whole; null if nothing is left.
function tidy(start, end, whole) {
  while (start < end && /\s/.test(text[start])) start += 1;
  while (start < end && /\s/.test(text[end - 1])) end -= 1;
  if (start >= end) return null;
  if (WIDE.test(text.slice(start - 1, start + 1))) start -= 1;
  if (WIDE.test(text.slice(end - 1, end + 1))) end += 1;
  if (!whole) return { start, end };
  return {
    start: wordStarts[search(wordStarts, start + 1) - 1] ?? start,
    end: wordEnds[search(wordEnds, end)] ?? end,
  };
}

const lineStarts = [0];
for (let at = text.indexOf("\n") + 1; at > 0 && at < text.length; at = text.indexOf("\n", at) + 1) lineStarts.push(at);
const lineAt = (offset) => search(lineStarts, offset + 1) - 1;
const lineEnd = (line) => lineStarts[line + 1] ?? text.length;
const lines = lineStarts.map((start, number) => {
  const line = document.createElement("div");
  line.className = "line";
  line.from = start;
  line.drawn = "";
  line.classList.toggle("blank", !text.slice(start, lineEnd(number)).trim());
  line.append(shown.slice(start, lineEnd(number)));
  return line;
});
textBox.append(...lines);

// From a place in the page to an offset, and back.
function offsetOf(node, offset) {
  const line = (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement).closest(".line");
  if (!line) return lines[offset] ? lines[offset].from : text.length;
  const before = document.createRange();
  before.setStart(line, 0);
  before.setEnd(node, offset);
  return line.from + before.toString().length;
}

function placeOf(offset) {
  const line = lines[lineAt(Math.min(offset, text.length - 1))];
  const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
  let left = offset - line.from;
  let node = walker.nextNode();
  while (node && left > node.length) {
    left -= node.length;
    node = walker.nextNode();
  }
  return node ? [node, left] : [line, 0];
}

function offsetAt(x, y) {
  const caret = document.caretPositionFromPoint?.(x, y);
  if (caret) return textBox.contains(caret.offsetNode) ? offsetOf(caret.offsetNode, caret.offset) : null;
  const range = document.caretRangeFromPoint?.(x, y); // Safari, and Chrome before 128
  return range && textBox.contains(range.startContainer) ? offsetOf(range.startContainer, range.startOffset) : null;
}

// What is selected in the text with the mouse, the keyboard or the browser's own search, as it is; null if nothing.
function rawSelection() {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  if (!range.intersectsNode(textBox)) return null;
  const inside = document.createRange();
  inside.selectNodeContents(textBox);
  const from = range.compareBoundaryPoints(Range.START_TO_START, inside) < 0;
  const to = range.compareBoundaryPoints(Range.END_TO_END, inside) > 0;
  const start = from ? 0 : offsetOf(range.startContainer, range.startOffset);
  const end = to ? text.length : offsetOf(range.endContainer, range.endOffset);
  return start < end ? { start, end } : null;
}

function select(start, end) {
  getSelection().setBaseAndExtent(...placeOf(start), ...placeOf(end));
}

// How far out each span is drawn: over all that it overlaps and that is shorter.
function levels(spans) {
  const found = new Map();
  let group = [];
  let reach = 0;
  const close = () => {
    group.sort((a, b) => a.end - a.start - (b.end - b.start) || b.start - a.start || (a.label < b.label ? 1 : -1));
    group.forEach((span, at) => {
      const under = group.slice(0, at).filter((other) => overlap(span, other));
      found.set(span.id, under.length ? 1 + Math.max(...under.map((other) => found.get(other.id))) : 0);
    });
  };
  for (const span of spans) {
    if (span.start >= reach) {
      close();
      group = [];
    }
    group.push(span);
    reach = Math.max(reach, span.end);
  }
  close();
  return found;
}

// Draw sorted spans; only lines that look different from before are made anew.
function draw(spans, chosen, isDoubtful, nameOf) {
  const level = levels(spans);
  const byLine = lines.map(() => []);
  for (const span of spans) {
    const last = lineAt(span.end - 1);
    for (let line = lineAt(span.start); line <= last; line += 1) byLine[line].push(span);
  }
  lines.forEach((line, number) => {
    const here = byLine[number];
    const lookOf = (span) => [Object.values(span), level.get(span.id), span.id === chosen, isDoubtful(span)];
    const look = here.map(lookOf).join();
    if (look === line.drawn) return;
    line.drawn = look;
    const end = lineEnd(number);
    const edges = here.flatMap((span) => [Math.max(span.start, line.from), Math.min(span.end, end)]);
    const cuts = [...new Set([line.from, end, ...edges])].sort((a, b) => a - b);
    const outer = [...here].sort((a, b) => level.get(b.id) - level.get(a.id));
    const pieces = cuts.slice(1).map((to, at) => {
      const from = cuts[at];
      return outer
        .filter((span) => span.start <= from && to <= span.end)
        .reduceRight((inside, span) => {
          const mark = document.createElement("mark");
          mark.className = `${span.label} level${Math.min(level.get(span.id), 3)}`;
          mark.dataset.span = span.id;
          mark.classList.toggle("doubt", isDoubtful(span));
          mark.classList.toggle("chosen", span.id === chosen);
          mark.append(inside);
          if (from === span.start) {
            mark.classList.add("first");
            if (span.id === chosen) mark.prepend(handle("start"));
            mark.prepend(stop(span, nameOf(span), span.id === chosen));
          }
          if (to === span.end) {
            mark.classList.add("last");
            if (span.id === chosen) mark.append(handle("end"));
          }
          return mark;
        }, document.createTextNode(shown.slice(from, to)));
    });
    line.replaceChildren(...pieces);
  });
}

// Where Tab stops. It stands before the words, not around them: Chrome lets no selection with the mouse begin in words
// that can have the focus.
function stop(span, name, isChosen) {
  const element = document.createElement("span");
  element.className = "stop";
  element.tabIndex = 0;
  element.dataset.stop = span.id;
  element.setAttribute("role", "button");
  element.setAttribute("aria-label", name);
  element.setAttribute("aria-pressed", String(isChosen));
  return element;
}

function handle(edge) {
  const element = document.createElement("span");
  element.className = "handle " + edge;
  element.dataset.edge = edge;
  element.setAttribute("aria-hidden", "true");
  element.append(document.createElement("i"));
  return element;
}
