"""The correction page, driven in a real browser with mouse and keyboard, and the files that it saves."""

import csv
import json
import re

import pytest

from pipeline.errors import PipelineError
from pipeline.labels import LABELS
from pipeline.review.formats import page as pages
from pipeline.review.records import digest_of
from tests.fixtures.browser import LEFT, RIGHT, Desk, new_context

TEXT = (
    "Cabinet\n\nRESOLVED: That the Sufficiency Strategy 2021-2024 be approved.\n\n"
    "Helena Brusk, Director of Children's Services, told Kent of 71% in Ashford.\n"
    "Barnardo's and Heron Lodge were thanked.\n"
)


def spans_of(text, *rows):
    """Spans by their words, each where they stand first: (words, label) or (words, label, confidence)."""
    made = []
    for words, label, *sure in rows:
        start = text.index(words)
        row = {"start": start, "end": start + len(words), "label": label, "text": words}
        made.append({**row, "confidence": sure[0] if sure else None})
    return made


def document(text=TEXT, *rows, id="kent/cabinet.html"):
    return {"text": text, "spans": spans_of(text, *rows), "meta": {"id": id, "source": "Kent"}}


SAMPLE = document(
    TEXT,
    ("That the Sufficiency Strategy 2021-2024 be approved", "RESOLUTION"),
    ("Sufficiency Strategy 2021-2024", "STRATEGY", 0.95),
    ("2021-2024", "DATE_RANGE"),
    ("Director of Children's Services", "ROLE", 0.95),
    ("Kent", "PLACE", 0.55),
    ("71%", "PERCENTAGE"),
    ("Ashford", "PLACE", 0.95),
    ("Barnardo's", "PROVIDER", 0.6),
)
FOUND = [(span["label"], span["text"]) for span in SAMPLE["spans"]]
SECOND = document("Thanet District Council met in Margate.", ("Margate", "PLACE", 0.9), id="thanet/council.html")


def without(words):
    return [row for row in FOUND if row[1] != words]


@pytest.fixture(autouse=True)
def quick(blank, monkeypatch):
    """The tokenizer is made once for all tests, and no disk is waited for."""
    monkeypatch.setattr(pages, "blank", lambda: blank)
    monkeypatch.setattr("os.fsync", lambda file: None)


@pytest.fixture(scope="module")
def window(browser):
    return Desk(new_context(browser))


@pytest.fixture
def desk(window, tmp_path):
    """The one window, with a folder and an empty storage for each test."""
    window.folder = tmp_path / "review"
    yield window
    window.page.evaluate("localStorage.clear()")
    window.page.goto("about:blank")
    window.check()


# --- what is shown ---


def test_text_and_spans_are_shown_as_they_are(desk):
    desk.open(SAMPLE)
    assert desk.page.locator("#text").evaluate("box => box.textContent") == TEXT
    shown = desk.page.locator(".stop").evaluate_all("stops => stops.map((stop) => stop.ariaLabel)")
    assert shown == [
        "RESOLUTION, “That the Sufficiency Strategy 2021-2024 be approved”",
        "STRATEGY, “Sufficiency Strategy 2021-2024”",
        "DATE_RANGE, “2021-2024”",
        "ROLE, “Director of Children's Services”",
        "PLACE, “Kent”, uncertain, confidence 0.55",
        "PERCENTAGE, “71%”",
        "PLACE, “Ashford”",
        "PROVIDER, “Barnardo's”, uncertain, confidence 0.60",
    ]
    assert desk.spans() == FOUND


def test_spans_that_cross_are_both_shown_whole(desk):
    crossing = document("one two three four", ("one two three", "RESOLUTION"), ("two three four", "PERCENTAGE"))
    desk.open(crossing)
    words = "label => [...document.querySelectorAll('mark.' + label)].map((mark) => mark.textContent).join('')"
    assert desk.page.evaluate(words, "RESOLUTION") == "one two three"
    assert desk.page.evaluate(words, "PERCENTAGE") == "two three four"
    assert desk.page.locator("#text").evaluate("box => box.textContent") == crossing["text"]


def test_legend_has_every_label_with_key_count_and_definition(desk):
    desk.open(SAMPLE)
    for number, label in enumerate(LABELS, 1):
        button = desk.page.locator(f"[data-label={label.name}]")
        count = sum(name == label.name for name, _ in FOUND)
        assert button.inner_text().split("\n") == [str(number), label.name, str(count), label.definition]
        colour = button.evaluate("box => getComputedStyle(box).backgroundColor")
        assert "#" + "".join(f"{int(part):02x}" for part in re.findall(r"\d+", colour)) == label.colour


# --- adding ---


def test_add_with_mouse_and_number_key(desk):
    desk.open(SAMPLE).drag("Heron Lodge").press("2")
    assert desk.said() == "“Heron Lodge” is now a PLACE."
    assert desk.chosen() == ("PLACE", "Heron Lodge")
    assert desk.spans() == [*FOUND, ("PLACE", "Heron Lodge")]


def test_add_with_a_click_on_the_label(desk):
    desk.open(SAMPLE).drag("Heron Lodge")
    desk.page.locator("[data-label=PROVIDER]").click()
    assert desk.spans() == [*FOUND, ("PROVIDER", "Heron Lodge")]


def test_selection_is_trimmed_and_snapped_to_words(desk):
    desk.open(SAMPLE).drag("eron Lod")
    assert desk.page.evaluate("getSelection().toString()") == "Heron Lodge"  # seen before the label is given
    assert desk.press("2").spans() == [*FOUND, ("PLACE", "Heron Lodge")]
    desk.press("Control+z").drag(" Heron Lodge ").press("2")
    assert desk.spans() == [*FOUND, ("PLACE", "Heron Lodge")]


def test_exact_selection_where_it_is_wanted(desk):
    desk.open(SAMPLE).press("x").drag("eron Lod").press("2")
    assert desk.spans() == [*FOUND, ("PLACE", "eron Lod")]


def test_selection_over_lines_and_out_of_the_text(desk):
    desk.open(SECOND)
    desk.page.evaluate("getSelection().selectAllChildren(document.body)")
    desk.press("7")
    assert desk.spans() == [("RESOLUTION", SECOND["text"]), ("PLACE", "Margate")]


def test_number_without_a_selection_says_what_to_do(desk):
    assert desk.open(SAMPLE).press("1").said() == "Select words or a span first, then press the number."
    assert desk.spans() == FOUND


def test_the_same_span_twice_is_not_added(desk):
    desk.open(SAMPLE).drag("Ashford").press("2")
    assert desk.said() == "“Ashford” is a PLACE already."
    assert desk.spans() == FOUND


# --- changing ---


def test_click_selects_and_a_key_relabels(desk):
    desk.open(SAMPLE).click("Ashford")
    assert desk.chosen() == ("PLACE", "Ashford")
    assert dict(map(reversed, desk.press("3").spans()))["Ashford"] == "PROVIDER"


def test_clicks_go_through_nested_spans_from_the_inside(desk):
    desk.open(SAMPLE)
    seen = [desk.click("2021-2024").chosen()[0] for _ in range(4)]
    assert seen == ["DATE_RANGE", "STRATEGY", "RESOLUTION", "DATE_RANGE"]


def test_delete_undo_redo(desk):
    desk.open(SAMPLE).click("Ashford").press("Delete")
    assert desk.spans() == without("Ashford")
    assert desk.press("Control+z").spans() == FOUND
    assert desk.press("Control+y").spans() == without("Ashford")
    assert desk.press("Control+z", "Control+Shift+Z").spans() == without("Ashford")
    assert desk.press("Control+z", "Control+z").said() == "Nothing to undo."
    assert desk.spans() == FOUND


def test_undo_takes_back_every_kind_of_change_one_by_one(desk):
    desk.open(SAMPLE).drag("Heron Lodge").press("2", "[", "3", "Delete").click("Kent").press("c").drag("Cabinet").press(
        "1"
    )
    assert desk.page.locator("#undo").is_enabled()
    for _ in range(6):
        desk.page.locator("#undo").click()
    assert desk.page.locator("#undo").is_disabled()
    assert desk.spans() == FOUND
    assert desk.text("#doubt").startswith("2 uncertain")


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        (["["], "of 71%"),
        (["}", "}"], "71% in Ashford"),
        (["{"], "71"),
        (["]"], "%"),
        (["Alt+ArrowRight"], "71% in"),
        (["Alt+ArrowRight", "Alt+ArrowLeft"], "71%"),
        (["Alt+Shift+ArrowLeft"], "of 71%"),
        (["Alt+Shift+ArrowRight", "Alt+Shift+ArrowRight"], "%"),
    ],
)
def test_edges_move_word_by_word(desk, keys, words):
    desk.open(SAMPLE).click("71%").press(*keys)
    assert ("PERCENTAGE", words) in desk.spans()


def test_edges_move_with_buttons(desk):
    desk.open(SAMPLE).click("71%")
    for name in ("Start one word to the left", "End one word to the right", "End one word to the right"):
        desk.page.get_by_role("button", name=name).click()
    assert ("PERCENTAGE", "of 71% in Ashford") in desk.spans()


def test_edges_stop_at_the_ends_of_the_text(desk):
    desk.open(document("Kent met.", ("Kent", "PLACE"))).click("Kent").press("[")
    assert desk.said() == "It cannot go further."
    assert desk.press("}", "}", "}", "}").spans() == [("PLACE", "Kent met.")]


def test_edges_move_with_the_mouse(desk):
    desk.open(SAMPLE).click("Director").pull("end", "told", RIGHT)
    assert ("ROLE", "Director of Children's Services, told") in desk.spans()
    desk.pull("start", "Helena", LEFT)
    assert ("ROLE", "Helena Brusk, Director of Children's Services, told") in desk.spans()
    assert ("ROLE", "Director of Children's Services") in desk.press("Control+z", "Control+z").spans()


def test_move_to_the_selection(desk):
    desk.open(SAMPLE).click("Ashford").drag("Heron Lodge")
    assert desk.text("#move") == "Move PLACE here\nm"
    assert desk.press("m").spans() == [*without("Ashford"), ("PLACE", "Heron Lodge")]


# --- overlaps ---


def test_learned_spans_never_overlap_but_may_replace_each_other(desk):
    desk.open(SAMPLE).drag("told Kent of").press("3")
    assert desk.page.get_by_role("dialog", name="There is a span already").is_visible()
    assert desk.text("#ask-text").startswith("“Kent” (PLACE) stands where “told Kent of” (PROVIDER) would be. Roles,")
    desk.page.get_by_role("button", name="Leave it as it is").click()
    assert desk.spans() == FOUND
    desk.drag("told Kent of").press("3", "Enter")
    replaced = [("PROVIDER", "told Kent of") if row == ("PLACE", "Kent") else row for row in FOUND]
    assert desk.spans() == replaced
    assert desk.press("Control+z").spans() == FOUND


def test_a_key_and_a_handle_ask_too(desk):
    desk.open(document("Kent Ashford met.", ("Kent", "PLACE"), ("Ashford", "PROVIDER"))).click("Kent").press("}")
    assert desk.page.locator("#ask").is_visible()
    assert desk.press("Escape").spans() == [("PLACE", "Kent"), ("PROVIDER", "Ashford")]
    desk.pull("end", "Ashford", RIGHT)
    assert desk.page.locator("#ask").is_visible()
    assert desk.press("Escape").spans() == [("PLACE", "Kent"), ("PROVIDER", "Ashford")]


def test_rule_spans_overlap_others_but_not_their_own_kind(desk):
    desk.open(SAMPLE).drag("told Kent of 71%").press("7")
    assert ("RESOLUTION", "told Kent of 71%") in desk.spans()
    desk.drag("of 71% in").press("7")
    assert "Two RESOLUTION spans never overlap" in desk.text("#ask-text")
    desk.press("Escape")
    assert ("RESOLUTION", "of 71% in") not in desk.spans()


def test_relabelling_asks_where_it_would_overlap(desk):
    desk.open(SAMPLE).click("2021-2024").press("2")
    assert "“Sufficiency Strategy 2021-2024” (STRATEGY) stands where" in desk.text("#ask-text")
    assert desk.press("Escape").spans() == FOUND


# --- uncertain spans ---


def test_n_goes_through_uncertain_spans_and_c_settles_them(desk):
    desk.open(SAMPLE).press("n")
    assert desk.chosen() == ("PLACE", "Kent")
    assert desk.text("#chosen-sure") == "confidence 0.55"
    assert desk.press("n").chosen() == ("PROVIDER", "Barnardo's")
    assert desk.press("n").chosen() == ("PLACE", "Kent")
    assert desk.press("p").chosen() == ("PROVIDER", "Barnardo's")
    assert desk.page.locator("mark.doubt").count() == 2
    assert desk.press("c").chosen() == ("PLACE", "Kent")
    assert desk.press("{").said() == "It cannot go further."
    assert desk.press("4").page.locator("mark.doubt").count() == 0
    assert desk.press("n").said() == "No span is uncertain."


# --- characters ---


def test_offsets_count_code_points(desk):
    text = "👍🏽 Ann 👩‍👩‍👧 e\u0301 𝒦ent Cllr\u00a0\U0001d54a x 🏠Heron Lodge🏠 end"
    desk.open(document(text, ("Ann", "ROLE"), ("𝒦ent", "PLACE"))).drag("Heron Lodge").press("3")
    one = desk.saved()
    assert one["text"] == text
    assert [(span["start"], span["end"]) for span in one["spans"]] == [
        (text.index(words), text.index(words) + len(words)) for words in ("Ann", "𝒦ent", "Heron Lodge")
    ]
    desk.press("x").click("𝒦ent").press("Delete").drag("𝒦en").press("2")  # a pair is never cut
    assert desk.spans() == [("ROLE", "Ann"), ("PLACE", "𝒦en"), ("PROVIDER", "Heron Lodge")]
    desk.page.reload()
    assert desk.spans() == [("ROLE", "Ann"), ("PLACE", "𝒦en"), ("PROVIDER", "Heron Lodge")]


HOSTILE = (
    "</script><script>window.hit = 1</script><!-- <img src=x onerror='window.hit = 2'> --> &amp; {{ 7 * 7 }}\r\n"
    "quotes \" ' ` \\ \\u003c \u2028 \u2029 \x00\x01\x08\x0b\x0c\x1b\x7f\x85\x9f\ufeff\u202eevil\u202c\r"
    "tab\tand  two blanks   Kent \ufffd end"
)


def test_hostile_text_stays_text(desk):
    hostile = document(HOSTILE, ("Kent", "PLACE"), ("tab\tand", "ROLE"), id="</script><b id=hit>&quot;'=1+1")
    hostile["meta"]["source"] = "<i onclick=alert(1)>"
    desk.folder.mkdir()
    rows = [["rank", "doc_id", "source", "reason"], ["1", hostile["meta"]["id"], "", "<script>window.hit = 3</script>"]]
    with (desk.folder / "selected.csv").open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)
    desk.open(hostile)
    assert desk.text("h1") == hostile["meta"]["id"]
    assert "<script>window.hit = 3</script>" in desk.text(".why")
    desk.drag("window.hit").press("1")
    one = desk.saved()
    assert (one["id"], one["text"], one["digest"]) == (hostile["meta"]["id"], HOSTILE, digest_of(HOSTILE))
    start = HOSTILE.index("tab")
    assert {"start": start, "end": start + 7, "label": "ROLE", "text": "tab\tand"} in one["spans"]
    assert desk.page.evaluate("[window.hit, document.getElementById('hit')]") == [None, None]
    desk.page.goto((desk.folder / "pages" / "index.html").as_uri())
    assert "<script>window.hit = 3</script>" in desk.text("tbody")
    assert desk.page.evaluate("[window.hit, document.getElementById('hit')]") == [None, None]


def test_only_our_script_may_run(desk):
    desk.open(SAMPLE)
    desk.page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.hit = 1'}))"
    )
    assert desk.page.evaluate("window.hit") is None
    assert "Content Security Policy" in desk.faults.pop()


def test_large_document_is_drawn_in_part(desk):
    text = ("The Director of Place told Members in Ashford that 71% had moved. " * 8 + "\n\n") * 400
    assert len(text) > 200_000
    places = [{"start": at.start(), "end": at.end(), "label": "PLACE"} for at in re.finditer("Ashford", text)]
    desk.open({"text": text, "spans": places, "meta": {"id": "large", "source": ""}})
    desk.page.evaluate("scrollTo(0, document.body.scrollHeight)")
    desk.page.evaluate("""() => {
      window.drawn = new Set();
      new MutationObserver((changes) => changes.forEach((change) => drawn.add(change.target.closest(".line").from)))
        .observe(textBox, { childList: true, subtree: true });
    }""")
    desk.press("ArrowRight", "}", "Control+z", "Control+ArrowRight", "Shift+ArrowRight", "7", "Delete")
    assert 1 <= desk.page.evaluate("drawn.size") <= 3  # of 800 lines: what a key costs does not grow with the text
    assert len(desk.spans()) == len(places)


# --- progress, saving, reading ---


def test_reload_keeps_progress_and_another_text_does_not_get_it(desk):
    desk.open(SAMPLE).click("Ashford").press("Delete")
    desk.page.reload()
    assert desk.said() == "Your corrections of this document are back."
    assert desk.text("#state") == "In progress · 0 added, 1 removed · not in a file yet"
    assert desk.spans() == without("Ashford")
    desk.page.locator("#reset").click()
    assert desk.spans() == FOUND
    changed = document(TEXT + "More.", ("Ashford", "PLACE"))
    desk.open(changed)
    assert desk.text("#state") == "Not started"
    assert desk.spans() == [("PLACE", "Ashford")]


@pytest.mark.parametrize("kept", ["no json", "null", "{}", '{"state": "reviewed", "spans": [[0, 9999999, "ROLE"]]}'])
def test_broken_progress_is_passed_over(desk, kept):
    desk.open(SAMPLE)
    desk.page.evaluate("(kept) => localStorage.setItem(key, kept)", kept)
    desk.page.reload()
    assert desk.spans() == FOUND


def test_save_and_read_back(desk):
    desk.open(SAMPLE, SECOND).press("d")
    desk.page.wait_for_url("**/02-*.html")
    desk.page.go_back()
    assert desk.text("#state") == "✓ Reviewed · not in a file yet"
    path = desk.save()
    assert path.name == "01-kent-cabinet-html.minutes.json"
    assert desk.text("#state") == "✓ Reviewed"
    (one,) = pages.read(path)
    assert (one.file, one.where, one.doc_id, one.text) == (path.name, "document 1", "kent/cabinet.html", TEXT)
    assert one.digest == digest_of(TEXT)
    assert [(span.label, span.text, span.where) for span in one.spans] == [
        (*row, f"document 1, span {number}") for number, row in enumerate(FOUND, 1)
    ]
    assert [(span.start, span.end) for span in one.spans] == [(span["start"], span["end"]) for span in SAMPLE["spans"]]


def test_a_document_that_is_not_done_is_not_imported(desk):
    path = desk.open(SAMPLE).save()
    with pytest.raises(PipelineError, match=r"none of the 1 documents in .* is marked as reviewed. Press Done"):
        pages.read(path)


def test_done_can_be_taken_back(desk):
    desk.open(SAMPLE, SECOND).press("d")
    desk.page.wait_for_url("**/02-*.html")
    desk.page.go_back()
    desk.page.locator("#not-done").click()
    assert desk.saved()["state"] == "in progress"


NO_STORAGE = (
    "Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('no', 'SecurityError'); }});"
)
OWN_STORAGE = """const get = Storage.prototype.getItem;
Storage.prototype.getItem = function (key) { return key === "minutes-review-1:index" ? null : get.call(this, key); };"""
FULL = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };"


@pytest.mark.parametrize("init", [NO_STORAGE, FULL])
def test_without_storage_it_says_so_warns_and_done_saves(browser, tmp_path, init):
    desk = Desk(new_context(browser), tmp_path, init).open(SAMPLE, SECOND)
    notice = "Your browser does not keep your progress here: press Save before you leave this page."
    assert desk.text("#banner") == notice
    desk.click("Ashford").press("Delete")
    asked = []
    desk.page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    desk.page.evaluate("location.href = 'index.html'")
    desk.page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    (one,) = pages.read(desk.download(lambda: desk.press("d")))
    assert [(span.label, span.text) for span in one.spans] == without("Ashford")
    desk.page.wait_for_url("**/02-*.html")
    desk.page.goto(desk.made[0].as_uri())
    assert desk.page.locator("#no-storage").is_visible()
    desk.check()
    desk.context.close()


def test_storage_of_each_page_apart_is_explained_and_done_saves(browser, tmp_path):
    desk = Desk(new_context(browser), tmp_path, OWN_STORAGE).open(SAMPLE, SECOND, name="index.html")
    desk.page.get_by_role("link", name="Start with the first").click()
    assert "keeps the progress of each page apart" in desk.text("#banner")
    assert [one.doc_id for one in pages.read(desk.download(lambda: desk.press("d")))] == ["kent/cabinet.html"]
    desk.page.wait_for_url("**/02-*.html#from-index")
    desk.page.get_by_role("link", name="All documents").click()
    assert desk.page.locator("#apart").is_visible()
    desk.check()
    desk.context.close()


def test_change_in_another_window_is_told(desk):
    desk.open(SAMPLE)
    other = desk.context.new_page()
    other.goto(desk.page.url)
    other.keyboard.press("n")
    other.keyboard.press("Delete")
    other.close()
    assert "changed in another window" in desk.text("#banner")


# --- the index ---


def test_index_lists_reasons_and_progress_and_saves_all(desk):
    desk.folder.mkdir()
    rows = f"rank;doc_id;source;reason\n1;{SAMPLE['meta']['id']};Kent;2 unsure: “Kent”\n"
    (desk.folder / "selected.csv").write_text(rows, "utf-8-sig")
    third = document("Deal met.", id="third")
    desk.open(SAMPLE, SECOND, third, name="index.html")
    assert "2 unsure: “Kent”" in desk.text("tbody tr:nth-child(1)")
    assert desk.text("#reviewed") == "0 of 3 reviewed"
    assert desk.page.locator("#export").is_disabled()
    desk.page.get_by_role("link", name="kent/cabinet.html").click()
    desk.click("Ashford").press("Delete", "d")
    desk.page.wait_for_url("**/02-*")
    desk.drag("Thanet District Council").press("3")
    desk.page.get_by_role("link", name="All documents").click()
    assert [desk.text(f"#state-{number}") for number in (1, 2, 3)] == ["✓ Reviewed", "In progress", "Not started"]
    assert desk.text("#reviewed") == "1 of 3 reviewed"
    assert desk.text("#go") == "Go on with number 2"
    assert desk.text("#waiting") == "2 changed since the last file."
    desk.page.get_by_label("Your name").fill("Ann Lee")
    path = desk.download(lambda: desk.page.locator("#export").click())
    assert path.name == "all.minutes.json"
    assert desk.text("#said").endswith("1 reviewed, 1 in progress, which import leaves out.")
    assert desk.text("#waiting") == ""
    assert [(one["id"], one["state"], one["by"]) for one in json.loads(path.read_text("utf8"))["documents"]] == [
        ("kent/cabinet.html", "reviewed", "Ann Lee"),
        ("thanet/council.html", "in progress", "Ann Lee"),
    ]
    (one,) = pages.read(path)
    assert [(span.label, span.text) for span in one.spans] == without("Ashford")


def test_keyboard_alone_is_enough(desk):
    desk.open(SAMPLE, SECOND, name="index.html")
    page = desk.page
    desk.press("Tab", "Enter")
    page.wait_for_url("**/01-*")
    for _ in range(40):
        desk.press("Tab")
        if desk.chosen() == ("STRATEGY", "Sufficiency Strategy 2021-2024"):
            break
    assert desk.press("Tab").chosen() == ("DATE_RANGE", "2021-2024")
    assert desk.press("Shift+Tab").chosen() == ("STRATEGY", "Sufficiency Strategy 2021-2024")
    assert desk.press("ArrowRight", "ArrowRight").chosen() == ("ROLE", "Director of Children's Services")
    assert page.evaluate("document.activeElement.ariaLabel") == "ROLE, “Director of Children's Services”"
    desk.press("Control+ArrowDown", "Control+ArrowRight", "Control+ArrowRight")  # Barnardo's, and, Heron
    assert desk.text("#picked-words") == "and"
    desk.press("Control+ArrowRight", "Shift+ArrowRight", "2")
    assert desk.chosen() == ("PLACE", "Heron Lodge")
    assert page.evaluate("document.activeElement.ariaLabel") == "PLACE, “Heron Lodge”"
    assert desk.press("ArrowLeft", "Delete").said().startswith("Removed PROVIDER “Barnardo's”")
    assert desk.chosen() == ("PLACE", "Heron Lodge")
    desk.press("d")
    page.wait_for_url("**/02-*")
    desk.press(
        "Control+ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight", "Shift+ArrowLeft", "3", "d"
    )
    page.wait_for_url("**/index.html*")
    desk.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Save all in one file"
    first, second = pages.read(desk.download(lambda: desk.press("Enter")))
    assert [(span.label, span.text) for span in first.spans] == [*without("Barnardo's"), ("PLACE", "Heron Lodge")]
    assert [(span.label, span.text) for span in second.spans] == [
        ("PROVIDER", "Thanet District Council"),
        ("PLACE", "Margate"),
    ]


def test_help_names_keys_and_labels(desk):
    desk.open(SAMPLE).press("?")
    panel = desk.page.get_by_role("dialog", name="Keys and labels")
    assert panel.is_visible()
    for label in LABELS:
        assert label.definition in panel.inner_text()
    desk.press("2", "Escape")
    assert not panel.is_visible()
    desk.press("?")
    panel.get_by_label("Single keys").click()
    desk.press("Escape").click("Ashford").press("3")
    assert desk.spans() == FOUND


@pytest.mark.parametrize("name", ["index.html", None])
def test_everything_has_a_name_and_ids_are_unique(desk, name):
    desk.open(SAMPLE, SECOND, name=name).click("Ashford") if name is None else desk.open(SAMPLE, name=name)
    snapshot = desk.page.locator("body").aria_snapshot()
    nameless = re.findall(r"- (?:button|link|checkbox|textbox|region|dialog)(?: \[.*\])?:?$", snapshot, re.MULTILINE)
    assert "button" in snapshot
    assert nameless == []
    ids = desk.page.evaluate("[...document.querySelectorAll('[id]')].map((element) => element.id)")
    assert len(ids) == len(set(ids))


def luminance(colour):
    """WCAG 2.2, relative luminance."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("label", LABELS, ids=lambda label: label.name)
def test_label_names_can_be_read_on_their_colours(label):
    assert (luminance(label.colour) + 0.05) / (luminance(pages.ink(label.colour)) + 0.05) >= 7


@pytest.mark.parametrize("width", [1280, 800])
def test_nothing_is_wider_than_the_window(browser, tmp_path, width):
    desk = Desk(new_context(browser, width), tmp_path).open(SAMPLE, document("x" * 4_000, id="y" * 300))
    for path in desk.made:
        desk.page.goto(path.as_uri())
        assert desk.page.evaluate("document.documentElement.scrollWidth") <= width
    desk.check()
    desk.context.close()


# --- without a browser ---


def test_names_are_safe_everywhere_and_old_pages_go(tmp_path):
    ids = ["Kent/Cabinet 2.html", "kent/cabinet 2.html", "CON", "…\udc80", "x" * 300]
    made = pages.write([document(id=one) for one in ids], tmp_path)
    names = [path.name for path in made]
    assert names[:5] == [
        "index.html",
        "01-Kent-Cabinet-2-html.html",
        "02-kent-cabinet-2-html.html",
        "03-CON.html",
        "04-document.html",
    ]
    assert len(names[5]) < 60
    own = tmp_path / "pages" / "notes.html"
    own.write_text("mine", "utf8")
    made = pages.write([document(id="other")], tmp_path)
    assert sorted(path.name for path in (tmp_path / "pages").iterdir()) == ["01-other.html", "index.html", "notes.html"]
    assert all(path.is_file() for path in made)


def test_the_same_documents_make_the_same_pages_which_name_no_address(tmp_path):
    first, second = (pages.write([SAMPLE, SECOND], tmp_path / name) for name in "ab")
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
    for path in first:
        assert not re.search(
            rb"https?:|//[a-z]|@import|url\(", re.sub(rb"<script.*?</script>", b"", path.read_bytes(), flags=re.S)
        )


def file_with(**changes):
    span = {"start": 0, "end": 4, "label": "PLACE", "text": "Kent"}
    row = {"id": "a", "digest": "d", "text": "Kent", "state": "reviewed", "spans": [span], "by": ""}
    return {"format": "minutes-review-1", "documents": [{**row, **changes}]}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "it is no whole JSON"),
        (json.dumps(file_with()).encode()[:-9], "it is no whole JSON"),
        (b"[" * 100_000, "it is no whole JSON"),
        (b"\xff\xfe\x00", "it is no whole JSON"),
        (b"[]", "was not saved by our correction page"),
        (b'{"format": "minutes-review-2", "documents": []}', "was not saved by our correction page"),
        (b'{"format": "minutes-review-1"}', "there is no list of documents"),
        (b'{"format": "minutes-review-1", "documents": []}', "none of the 0 documents"),
        (b'{"format": "minutes-review-1", "documents": [3]}', "document 1: its state is None"),
        (file_with(state="predicted"), "document 1: its state is 'predicted', not one of reviewed, in progress"),
        (file_with(id=7), "document 1: `id` is missing or of a wrong kind"),
        (file_with(text=None), "document 1: `text` is missing or of a wrong kind"),
        (file_with(spans={}), "document 1: `spans` is missing or of a wrong kind"),
        (file_with(spans=["x"]), "document 1, span 1: `start` is missing or of a wrong kind"),
        (file_with(spans=[{"start": True, "end": 4, "label": "PLACE", "text": "x"}]), "document 1, span 1: `start`"),
        (file_with(spans=[{"start": 0, "end": 4.0, "label": "PLACE", "text": "x"}]), "document 1, span 1: `end`"),
        (file_with(spans=[{"start": 0, "end": 4, "label": None, "text": "x"}]), "document 1, span 1: `label`"),
    ],
)
def test_broken_files_are_named(tmp_path, content, message):
    path = tmp_path / "x.minutes.json"
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    with pytest.raises(PipelineError, match=re.escape(message)) as error:
        pages.read(path)
    assert str(path) in str(error.value)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(PipelineError, match=r"x\.json cannot be read: No such file"):
        pages.read(tmp_path / "x.json")


@pytest.mark.parametrize("encoding", ["utf8", "utf-8-sig", "utf-16"])
def test_files_that_an_editor_saved_anew_are_read(tmp_path, encoding):
    path = tmp_path / "x.json"
    path.write_bytes(json.dumps(file_with(), indent=2).replace("\n", "\r\n").encode(encoding))
    (got,) = pages.read(path)
    assert [tuple(span) for span in got.spans] == [(0, 4, "PLACE", "Kent", "document 1, span 1")]
