// The list of documents: progress as the browser keeps it, and one file with all that was corrected.
const labels = new Set(data.labels);
keep(SHARED, "1");

function progress() {
  return data.documents.map((doc) => progressOf(doc, pointsOf(doc.text).length, labels));
}

function show() {
  const all = progress();
  const done = all.filter((one) => one?.state === REVIEWED).length;
  const waiting = all.filter((one) => one && !one.filed).length;
  data.documents.forEach((doc, at) => {
    const one = all[at];
    const cell = find("state-" + doc.number);
    cell.textContent = !one ? "Not started" : one.state === REVIEWED ? "✓ Reviewed" : "In progress";
    cell.className = !one ? "state" : one.state === REVIEWED ? "state done" : "state begun";
    find("filed-" + doc.number).textContent = one && !one.filed ? "not in a file yet" : "";
  });
  find("bar").max = data.documents.length;
  find("bar").value = done;
  find("reviewed").textContent = `${done} of ${data.documents.length} reviewed`;
  const next = data.documents.find((doc, at) => all[at]?.state !== REVIEWED);
  find("go").hidden = !next;
  if (next) find("go").href = next.name + ".html#from-index";
  if (next) find("go").textContent = all.some(Boolean) ? `Go on with number ${next.number}` : "Start with the first";
  find("export").disabled = !all.some(Boolean);
  find("waiting").textContent = waiting ? `${waiting} changed since the last file.` : "";
}

function exportAll() {
  const all = progress();
  const documents = data.documents.flatMap((doc, at) => {
    if (!all[at]) return [];
    return [filed(doc, pointsOf(doc.text), all[at].state, all[at].spans, byField.value.trim())];
  });
  download("all.minutes.json", documents);
  data.documents.forEach((doc, at) => all[at] && keep(keyOf(doc), JSON.stringify({ ...all[at], filed: true })));
  show();
  const done = documents.filter((one) => one.state === REVIEWED).length;
  const open = documents.length - done;
  const left = open ? `, ${open} in progress, which import leaves out` : "";
  find("said").textContent = `Saved as all.minutes.json, in your downloads: ${done} reviewed${left}.`;
}

find("export").addEventListener("click", exportAll);
addEventListener("storage", show);
addEventListener("pageshow", show);
if (!keep(FORMAT + ":probe", "1")) find("no-storage").hidden = false;
else if (location.hash === "#progress-apart") find("apart").hidden = false;
forget(FORMAT + ":probe");
show();
