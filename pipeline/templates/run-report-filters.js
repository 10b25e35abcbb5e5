// What people type to filter, and the fields they type it into.

const CHOICES = 40; // more different texts than this are searched, not chosen from
const OFTEN = 3; // and each is there so often, on average
const CODES = new Set(["kind", "section", "unit", "precision", "how", "register", "joined_by", "ons_kind", "rule", "record_rule"]);
const NONE = "\u0000"; // chosen: rows that state nothing
const WAIT = 250; // milliseconds after the last key
const RANGES = {
  number: /^(.+?)(?:\s*(?:\.\.|–)\s*|\s+to\s+|(?<=\d)-(?=\d))(.+)$/,
  date: /^(.+?)(?:\s*(?:\.\.|–)\s*|\s+to\s+)(.+)$/,
};
const COMPARISON = /^(>=|<=|>|<|=)\s*(.+)$/;

// A function that tells whether a value fits, or null where nothing is typed.
function matcher(kind, typed) {
  if (typed === NONE) return (value) => value === "" || value === null || value === undefined;
  const wanted = typed.trim().toLowerCase();
  if (!wanted) return null;
  if (kind === "flag") return (value) => String(value) === wanted;
  if (kind === "number" || kind === "date") return comparison(kind, wanted) ?? contains(kind, wanted);
  return contains(kind, wanted);
}

function contains(kind, typed) {
  const parts = typed.split(/\s+/);
  return (value) => {
    const text = String(value ?? "").toLowerCase();
    const shown = kind === "date" ? `${text} ${day(text).toLowerCase()}` : text;
    return parts.every((part) => shown.includes(part));
  };
}

// `> 50`, `2018 to 2020`, `50`. Days are compared as far as they are typed: `> 2019` starts with 2020.
function comparison(kind, typed) {
  const of = kind === "date" ? (text) => text.trim() : (text) => Number(text.replace(/[,%£\s]/g, ""));
  const bad = (value) => (kind === "date" ? !/^\d{4}(-\d\d?){0,2}$/.test(value) : Number.isNaN(value));
  const against = (value, limit) => {
    const cut = kind === "date" ? value.slice(0, limit.length) : value;
    return cut < limit ? -1 : Number(cut > limit);
  };
  const there = (value) => value !== "" && value !== null && value !== undefined;
  const range = typed.match(RANGES[kind]);
  if (range) {
    const [low, high] = [of(range[1]), of(range[2])];
    if (bad(low) || bad(high)) return null;
    return (value) => there(value) && against(value, low) >= 0 && against(value, high) <= 0;
  }
  const [, sign, rest] = typed.match(COMPARISON) ?? [null, "=", typed];
  const limit = of(rest);
  if (bad(limit)) return null;
  const fits = {
    ">": (order) => order > 0,
    "<": (order) => order < 0,
    ">=": (order) => order >= 0,
    "<=": (order) => order <= 0,
    "=": (order) => order === 0,
  }[sign];
  return (value) => there(value) && fits(against(value, limit));
}

// The field below a column's name: a choice where a column has few texts, else words.
function filterField(column, rows) {
  const texts = column.kind === "text" ? few(rows, column.name) : column.kind === "flag" ? ["true", "false"] : null;
  const said = (text) => (column.kind === "flag" ? (text === "true" ? "yes" : "no") : words(column.name, text));
  return (cell, onRendered, success) => {
    const name = `Filter ${column.title}`;
    const field = texts ? choice(texts, said, name) : make("input", { type: "search", "aria-label": name, autocomplete: "off", spellcheck: "false" });
    let waiting;
    const done = () => {
      clearTimeout(waiting);
      field.classList.toggle("used", field.value !== "");
      success(field.value);
    };
    field.addEventListener(texts ? "change" : "input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(done, texts ? 0 : WAIT);
    });
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") done();
      event.stopPropagation(); // the table has keys of its own
    });
    return field;
  };
}

// Names of kinds and rules are written with underscores.
const words = (name, text) => (CODES.has(name) ? text.replaceAll("_", " ") : text);

function choice(texts, said, name) {
  const options = texts.map((text) => make("option", { value: text || NONE }, said(text) || "(not stated)"));
  return make("select", { "aria-label": name }, make("option", { value: "" }, "all"), ...options);
}

// The different texts of a column, if they are few and short.
function few(rows, name) {
  const found = new Set();
  for (const row of rows) {
    found.add(row[name]);
    if (found.size > CHOICES || (row[name] ?? "").length > 60) return null;
  }
  const stated = rows.filter((row) => row[name]).length;
  return stated >= OFTEN * found.size || name === "council" ? [...found].sort(byText) : null;
}

const byText = new Intl.Collator("en-GB", { numeric: true }).compare;
