"""A real Label Studio server takes our tasks, and what it exports is read back; for this it is started on loopback.

Not part of the ordinary tests, since Label Studio wants other versions of our packages. It needs a virtual environment
of its own, and for the last test Playwright and a Chromium:

    python3.11 -m venv /tmp/label-studio && /tmp/label-studio/bin/pip install label-studio
    LABEL_STUDIO=/tmp/label-studio/bin/label-studio pytest tests/label_studio

The server's user is LABEL_STUDIO_USERNAME with LABEL_STUDIO_PASSWORD and LABEL_STUDIO_USER_TOKEN, made up where these
are not set. Tried with label-studio 1.23.2.
"""

import contextlib
import json
import os
import secrets
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from pipeline.labels import BY_NAME
from pipeline.review import formats
from pipeline.review.records import digest_of
from tests.markup import parse

SERVER = os.environ.get("LABEL_STUDIO") or shutil.which("label-studio")
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
PATIENCE = 600  # seconds for the first start, which makes the database, about 40 on an idle machine
LINES = {
    "overlaps.txt": (
        "  💩 <ROLE>Director of Care</ROLE>,\\u00a0<PLACE>Leeds</PLACE>\r\\n\r\\nRESOLVED: <RESOLUTION>"
        '<PERCENTAGE low=1>50%</PERCENTAGE> of <STRATEGY>Leeds  City "Plan"</STRATEGY> in <DATE_RANGE '
        "start=2021-04-01>2021/22</DATE_RANGE> 👩🏽‍🚒</RESOLUTION>.\\t "
    ),
    "a folder/nothing & <all>.txt": "No name in it.",
    "one.txt": "<PROVIDER>Barnardo’s</PROVIDER>",
    "skipped.txt": "<PLACE>York</PLACE>",
    "unseen.txt": "<PLACE>Hull</PLACE>",
}
DRAWN = "  💩 Leeds and 💩 Bradford\r\nthen 💩 York Place\nEnd of it all. Leeds"

pytestmark = pytest.mark.skipif(not SERVER, reason="LABEL_STUDIO names no label-studio")


class Server:
    """The running server, as one user.

    url (str), email (str), password (str): For a browser.
    """

    def __init__(self, url, email, password, token):
        self.url, self.email, self.password, self.token = url, email, password, token

    def call(self, method, path, body=None):
        """The answer to a request, from JSON."""
        headers = {"Authorization": f"Token {self.token}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.loads(answer.read())

    def project(self, title, folder, tasks):
        """A project with our labelling interface. RETURNS (tuple): Its id and its tasks as the server has them."""
        interface = (folder / "label-studio/labels.xml").read_text("utf8")
        number = self.call("POST", "/api/projects", {"title": title, "label_config": interface})["id"]
        made = self.call("POST", f"/api/projects/{number}/import", tasks)
        assert made["task_count"] == len(tasks)
        return number, self.call("GET", f"/api/tasks?project={number}&fields=all&page_size=100")["tasks"]

    def export(self, number, kind, path):
        """Save an export, with tasks that nobody has submitted too."""
        answer = self.call("GET", f"/api/projects/{number}/export?exportType={kind}&download_all_tasks=true")
        path.write_text(json.dumps(answer), "utf8")
        return path


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Start it, wait until it answers, and stop it."""
    folder = tmp_path_factory.mktemp("server")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    email = os.environ.get("LABEL_STUDIO_USERNAME", "reviewer@example.org")
    password = os.environ.get("LABEL_STUDIO_PASSWORD", secrets.token_hex(8))
    token = os.environ.get("LABEL_STUDIO_USER_TOKEN", secrets.token_hex(20))
    settings = {
        "LABEL_STUDIO_BASE_DATA_DIR": str(folder / "data"),
        "LABEL_STUDIO_USERNAME": email,
        "LABEL_STUDIO_PASSWORD": password,
        "LABEL_STUDIO_USER_TOKEN": token,
        "LABEL_STUDIO_ENABLE_LEGACY_API_TOKEN": "true",
        "LATEST_VERSION_CHECK": "false",
        "COLLECT_ANALYTICS": "false",
    }
    (folder / "data").mkdir()
    command = [SERVER, "start", "--no-browser", "--internal-host", "127.0.0.1", "--port", str(port)]
    with (folder / "log.txt").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env=os.environ | settings, cwd=folder)
    running = Server(f"http://127.0.0.1:{port}", email, password, token)
    try:
        wait_for(running, process, folder / "log.txt")
        yield running
    finally:
        process.terminate()
        process.wait(30)


def wait_for(server, process, log):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError):
            server.call("GET", "/api/projects/")
            return
        time.sleep(1)
    pytest.fail(f"Label Studio does not answer; its last words: {log.read_text('utf8')[-2000:]}")


def document(doc_id, line):
    found = parse(line)
    spans = [
        {"start": start, "end": end, "label": label, "text": found.text[start:end], "confidence": 0.5}
        for start, end, label, _ in found.spans
    ]
    return {"text": found.text, "spans": spans, "meta": {"id": doc_id, "source": "leeds", "review": {"by": "small-1"}}}


def places(spans):
    rows = [(span["start"], span["end"], span["label"]) if isinstance(span, dict) else span[:3] for span in spans]
    return sorted(rows)


def by_id(path):
    made = {correction.doc_id: correction for correction in formats.read(path)}
    assert all(one.text is not None and one.digest == digest_of(one.text) for one in made.values())
    return made


@pytest.fixture(scope="module")
def reviewed(server, tmp_path_factory):
    """A project where the predictions were submitted as they are, but one task was skipped and one not opened."""
    folder = tmp_path_factory.mktemp("review")
    documents = {doc_id: document(doc_id, line) for doc_id, line in LINES.items()}
    path, _ = formats.write("label-studio", list(documents.values()), folder)
    number, tasks = server.project("Council minutes", folder, json.loads(path.read_text("utf8")))
    for task in tasks:
        (prediction,) = task["predictions"]
        assert prediction["model_version"] == "small-1"
        doc_id, body = task["data"]["doc_id"], {"result": prediction["result"], "parent_prediction": prediction["id"]}
        if doc_id != "unseen.txt":
            body |= {"was_cancelled": doc_id == "skipped.txt"}
            server.call("POST", f"/api/tasks/{task['id']}/annotations/", body)
    exports = {kind: server.export(number, kind, folder / f"{kind}.json") for kind in ("JSON", "JSON_MIN")}
    return documents, exports


@pytest.mark.parametrize("kind", ["JSON", "JSON_MIN"])
def test_what_was_submitted_is_read_back(reviewed, kind):
    documents, exports = reviewed
    read = by_id(exports[kind])
    assert set(read) == set(documents) - {"skipped.txt", "unseen.txt"}
    for doc_id, made in read.items():
        assert made.text == documents[doc_id]["text"]
        assert places(made.spans) == places(documents[doc_id]["spans"])
        assert all(span.text == made.text[span.start : span.end] for span in made.spans)
    assert len(read["overlaps.txt"].spans) == 6


def test_what_was_not_submitted_is_counted(reviewed):
    """JSON_MIN leaves skipped tasks out itself."""
    _, exports = reviewed
    assert formats.left_out(exports["JSON"]) == {"not submitted": 1, "skipped by the annotator": 1}
    assert formats.left_out(exports["JSON_MIN"]) == {"not submitted": 1}


def test_the_newest_of_two_annotations(server, tmp_path):
    given = document("twice.txt", LINES["one.txt"])
    path, _ = formats.write("label-studio", [given], tmp_path)
    number, (task,) = server.project("Twice", tmp_path, json.loads(path.read_text("utf8")))
    for result in ([], task["predictions"][0]["result"]):
        server.call("POST", f"/api/tasks/{task['id']}/annotations/", {"result": result})
    for kind in ("JSON", "JSON_MIN"):
        read = by_id(server.export(number, kind, tmp_path / f"{kind}.json"))
        assert places(read["twice.txt"].spans) == places(given["spans"])
        assert formats.left_out(tmp_path / f"{kind}.json") == {"older than another annotation of its task": 1}


@pytest.mark.skipif(not CHROMIUM, reason="no Chromium")
def test_spans_drawn_with_the_mouse(server, tmp_path):
    """After emoji, across a line end, overlapping, with part of a word selected: it is where a person sees it."""
    playwright = pytest.importorskip("playwright.sync_api")
    given = {"start": 4, "end": 9, "label": "PLACE", "text": "Leeds", "confidence": None}
    meta = {"id": "drawn.txt", "source": "leeds"}
    path, _ = formats.write("label-studio", [{"text": DRAWN, "spans": [given], "meta": meta}], tmp_path)
    number, (task,) = server.project("Drawn", tmp_path, json.loads(path.read_text("utf8")))
    keys = {name: str(key) for key, name in enumerate(BY_NAME, 1)}
    with playwright.sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1500, "height": 900})
        page.goto(f"{server.url}/user/login/")
        page.fill("input[name=email]", server.email)
        page.fill("input[name=password]", server.password)
        page.click("button[type=submit]")
        page.wait_for_url(lambda url: "/login" not in url)
        page.goto(f"{server.url}/projects/{number}/data?task={task['id']}")
        page.wait_for_selector(".htx-highlight", timeout=60_000)
        page.wait_for_timeout(2_000)
        for label, first, last in (
            ("PROVIDER", "Bradford", "Bradford"),
            ("STRATEGY", "York Place", "York Place"),
            ("RESOLUTION", "Bradford", "then"),
            ("ROLE", "End of", "End of"),
            ("PLACE", "Brad", "Brad"),
        ):
            drag(page, keys[label], first, last)
        page.screenshot(path=str(tmp_path / "drawn.png"))
        with page.expect_response(lambda answer: "/annotations" in answer.url and answer.request.method == "POST"):
            page.click("button:has-text('Submit')")
        browser.close()
    expected = [("PLACE", "Leeds"), ("PLACE", "Bradford"), ("PROVIDER", "Bradford"), ("ROLE", "End of")]
    expected += [("STRATEGY", "York Place"), ("RESOLUTION", "Bradford\r\nthen")]
    for kind in ("JSON", "JSON_MIN"):
        read = by_id(server.export(number, kind, tmp_path / f"{kind}.json"))["drawn.txt"]
        assert sorted((span.label, span.text) for span in read.spans) == sorted(expected)
        assert places(read.spans) == sorted(
            (at, at + len(words), label) for label, words in expected for at in [DRAWN.index(words)]
        )


def drag(page, key, first, last):
    """Choose a label by its key, then select with the mouse from the beginning of some words to the end of others."""
    script = (Path(__file__).parent / "point.js").read_text("utf8")
    start, end = page.evaluate(script, [first, False]), page.evaluate(script, [last, True])
    page.keyboard.press(key)
    page.wait_for_timeout(300)
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=8)
    page.mouse.up()
    page.wait_for_timeout(500)
    page.keyboard.press("Escape")
    page.wait_for_timeout(300)
