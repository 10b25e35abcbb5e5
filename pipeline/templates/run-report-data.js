"use strict";
// What the page holds: facts and charts at once, rows and texts compressed until they are looked at.

const byId = (id) => document.getElementById(id);
const about = JSON.parse(byId("about").textContent);
const views = new Map(about.views.map((view) => [view.id, view]));
const number = (value) => value.toLocaleString("en-GB");
const whole = new Promise((done) => {
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", done);
  else done();
});

// An element with attributes and children; texts become text, never tags.
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

async function unpack(id) {
  await whole;
  const packed = byId(id).textContent;
  const bytes = Uint8Array.from(atob(packed), (char) => char.charCodeAt(0));
  const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(plain).text());
}

// The rows of a view as objects, made once. `_` is the row's number; d, s and e lead to its place.
const made = new Map();
function rowsOf(id) {
  if (!made.has(id)) made.set(id, unpackRows(views.get(id)));
  return made.get(id);
}

async function unpackRows(view) {
  const rows = [];
  for (let chunk = 0; chunk < view.chunks; chunk += 1) {
    const columns = Object.entries(await unpack(`rows-${view.id}-${chunk}`));
    byId(`rows-${view.id}-${chunk}`).remove();
    const length = (columns[0][1].c ?? columns[0][1].v).length;
    for (let at = 0; at < length; at += 1) {
      const row = { _: rows.length };
      for (const [name, { t, c, v }] of columns) row[name] = t ? t[c[at]] : v[at];
      rows.push(row);
    }
  }
  return rows;
}

// One document; of the chunks that were unpacked the last few are kept.
const KEPT = 4;
const chunks = new Map();
async function documentOf(index) {
  await whole;
  const firsts = JSON.parse(byId("firsts").textContent);
  let chunk = firsts.length - 1;
  while (firsts[chunk] > index) chunk -= 1;
  const found = chunks.get(chunk) ?? unpack(`texts-${chunk}`);
  chunks.delete(chunk);
  chunks.set(chunk, found);
  if (chunks.size > KEPT) chunks.delete(chunks.keys().next().value);
  return (await found)[index - firsts[chunk]];
}

// An address in this page.
function address(view, values = {}) {
  const query = new URLSearchParams(Object.entries(values).filter(([, value]) => value !== undefined)).toString();
  return `#${view}${query && "?" + query}`;
}

const placeOf = (row) => address("document", { d: row.d, s: row.s, e: row.e });

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
function day(iso) {
  if (!iso) return "";
  const [year, month, date] = iso.split("-").map(Number);
  return `${date} ${MONTHS[month - 1]} ${year}`;
}
