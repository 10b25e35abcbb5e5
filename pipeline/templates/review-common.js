"use strict";
// What the correction page and its index share: the data in the page, progress in the browser, the saved file.
const FORMAT = "minutes-review-1";
const REVIEWED = "reviewed";
const IN_PROGRESS = "in progress";
const SHARED = FORMAT + ":index"; // set by the index; a page opened from it that cannot see it has a storage of its own
const BY = FORMAT + ":by";
const find = (id) => document.getElementById(id);
const data = JSON.parse(find("data").textContent);

// Browsers may forbid storage, or run out of it: null and false then, never an exception.
function recall(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function keep(key, value) {
  try {
    localStorage.setItem(key, value);
    return true;
  } catch {
    return false;
  }
}

function forget(key) {
  try {
    localStorage.removeItem(key);
  } catch {
    // nothing was kept
  }
}

const keyOf = (doc) => FORMAT + ":" + doc.digest + ":" + doc.id;

// JavaScript counts UTF-16 units, Python code points: they differ after an emoji.
function pointsOf(text) {
  if (!/[\ud800-\udbff][\udc00-\udfff]/.test(text)) {
    return { length: text.length, toUnits: (point) => point, toPoints: (unit) => unit };
  }
  const units = [];
  const points = new Uint32Array(text.length + 1);
  for (let unit = 0; unit < text.length; ) {
    points.fill(units.length, unit, unit + 2);
    units.push(unit);
    unit += text.codePointAt(unit) > 0xffff ? 2 : 1;
  }
  points[text.length] = units.length;
  units.push(text.length);
  return { length: units.length - 1, toUnits: (point) => units[point], toPoints: (unit) => points[unit] };
}

// Progress of a document as it is kept: {state, filed, spans: [start, end, label, confidence, checked]} in code points.
// Null where there is none, or none that fits.
function progressOf(doc, length, labels) {
  const whole = Number.isInteger;
  const inside = (start, end) => whole(start) && whole(end) && 0 <= start && start < end && end <= length;
  try {
    const kept = JSON.parse(recall(keyOf(doc)));
    const fits = ([start, end, label]) => inside(start, end) && labels.has(label);
    return [REVIEWED, IN_PROGRESS].includes(kept.state) && kept.spans.every(fits) ? kept : null;
  } catch {
    return null;
  }
}

// A document as the saved file has it.
function filed(doc, points, state, spans, by) {
  const rows = spans.map(([start, end, label]) => ({
    start,
    end,
    label,
    text: doc.text.slice(points.toUnits(start), points.toUnits(end)),
  }));
  return { id: doc.id, digest: doc.digest, text: doc.text, state, spans: rows, by };
}

function download(name, documents) {
  const blob = new Blob([JSON.stringify({ format: FORMAT, documents }, null, 1)], { type: "application/json" });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

const byField = find("by");
byField.value = recall(BY) || "";
byField.addEventListener("input", () => keep(BY, byField.value.trim()));
