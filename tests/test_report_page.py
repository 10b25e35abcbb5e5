"""The report in a real browser: opened, filtered, followed to the text, by keyboard, printed; hostile words too."""

import csv
import re
import time

import pypdfium2
import pytest

from pipeline.report import write
from tests.fixtures.browser import Desk, new_context
from tests.fixtures.reported import CLOSING, EVIL, FORMULA, HOSTILE, TEXT, TURNED, large, small

CLAUSE = "That the Sufficiency Strategy 2021-2024 be approved by 31 March 2021, subject to funding"
DOCUMENTS = 5_000


class Reader(Desk):
    """A report, open in a browser."""

    def open(self, path, address=""):
        self.page.goto("about:blank")
        self.page.goto(path.as_uri() + address)
        return self.at_rest()

    def at_rest(self):
        """Wait until the view is there and drawn, and nothing is being read."""
        self.page.wait_for_function("() => document.body.dataset.shown === location.hash", timeout=60_000)
        return self.settle()

    def go(self, address):
        self.page.evaluate("address => { location.hash = address; }", address)
        return self.at_rest()

    def title(self):
        return self.page.locator("main > section:visible h1").inner_text()

    def rows(self):
        """The texts of the links that lead from the rows to their places."""
        return self.page.locator("#tables > div:visible a[data-row]").all_inner_texts()

    def filter(self, name, typed):
        field = self.page.locator(f"#tables > div:visible [aria-label='Filter {name}']")
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(label=typed)
        else:
            field.fill(typed)
            field.press("Enter")
        return self.settle()

    def chips(self):
        """What the rows are narrowed to."""
        return [chip.split("\n")[0] for chip in self.page.locator("#chips button").all_inner_texts()]

    def focused(self):
        return self.page.evaluate("document.activeElement.textContent.trim()")

    def target(self):
        """The words that a link led to."""
        return "".join(self.page.locator(".target").all_text_contents())


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    return write(small().save(folder / "run"), folder / "r.html")


@pytest.fixture(scope="module")
def window(browser, tmp_path_factory):
    return Reader(new_context(browser), tmp_path_factory.mktemp("saved"))


@pytest.fixture
def reader(window, report):
    yield window.open(report)
    window.page.goto("about:blank")
    window.check()


# --- the overview ---


def test_it_opens(reader):
    assert reader.title() == "3 documents, 2019 to 2021"
    assert reader.page.title() == "3 documents, 2019 to 2021 – run – minutes report"
    tiles = reader.page.locator("#tiles a").all_inner_texts()
    assert [tile.split("\n") for tile in tiles[:3]] == [["3", "documents"], ["2", "councils"], ["1", "decisions"]]
    names = [name.split("\n")[0] for name in reader.page.locator("nav a").all_inner_texts()]
    assert names[:4] == ["Overview", "Documents", "Decisions", "Strategies over time"]


def test_charts_are_drawn_and_described(reader):
    figures = reader.page.locator("#cards figure")
    for number in range(figures.count()):
        figures.nth(number).scroll_into_view_if_needed()
        reader.settle()
    charts = reader.page.locator("#cards .chart")
    assert charts.count() == 5
    reader.page.wait_for_function("() => document.querySelectorAll('#cards .chart svg').length === 5")
    assert {charts.nth(number).get_attribute("role") for number in range(5)} == {"img"}
    assert charts.nth(0).get_attribute("aria-label") == f"Documents by council. Kent County Council: 2, {EVIL}: 1."
    assert "2019: 1, 2020: 0, 2021: 1" in charts.nth(1).get_attribute("aria-label")


def test_a_chart_as_a_table_with_links(reader):
    figure = reader.page.get_by_role("group", name="Documents by year of the meeting")
    figure.get_by_text("As a table").click()
    figure.locator("tbody tr").first.wait_for()
    assert figure.locator("tbody tr").all_inner_texts() == ["2019\t1", "2021\t1"]
    figure.get_by_role("link", name="2019").click()
    reader.at_rest()
    assert reader.title() == "Documents"
    assert reader.rows() == [CLOSING]
    assert reader.chips() == ["Meeting: 2019"]


def test_a_bar_leads_to_its_rows(reader):
    box = reader.page.locator("#cards .chart").first.bounding_box()
    reader.page.mouse.click(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.25)
    reader.at_rest()
    assert reader.chips() == ["Council: Kent County Council"]
    assert reader.rows() == ["Sufficiency Strategy", "kent/board.txt"]


def test_percentages_narrowed_to_words(reader):
    figure = reader.page.get_by_role("group", name="Percentages over time")
    figure.scroll_into_view_if_needed()
    figure.get_by_text("1 of 1 percentages with a day").wait_for()
    figure.get_by_role("searchbox").fill("nothing of the kind")
    figure.get_by_text("0 of 1 percentages with a day").wait_for()


# --- tables ---


def test_filters(reader):
    reader.go("#place-mentions")
    assert reader.rows() == ["Kent", "Ashford", EVIL]
    assert reader.text("#count") == "3 rows"
    for name, typed, left in (
        ("Place", "ash", ["Ashford"]),
        ("Place", "", ["Kent", "Ashford", EVIL]),
        ("Confidence", "> 0.52", ["Kent", "Ashford"]),
        ("Confidence", "0.5 to 0.6", ["Kent", EVIL]),
        ("Confidence", "", ["Kent", "Ashford", EVIL]),
        ("Meeting", "< 2020", [EVIL]),
        ("Meeting", "2 mar 2021", ["Kent", "Ashford"]),
        ("Meeting", "", ["Kent", "Ashford", EVIL]),
        ("Council", "Kent County Council", ["Kent", "Ashford"]),
    ):
        assert reader.filter(name, typed).rows() == left, (name, typed)
    assert reader.text("#count") == "2 of 3 rows"
    reader.page.get_by_role("button", name="Clear filters").click()
    assert reader.settle().rows() == ["Kent", "Ashford", EVIL]


@pytest.mark.parametrize(
    ("kind", "typed", "fitting", "other"),
    [
        ("number", "5", 5, 50),
        ("number", ">= 1,000", 1000, 999),
        ("number", "<5%", 4.9, 5),
        ("number", "10-20", 15, 21),
        ("number", "10 to 20", 20, 9),
        ("number", "-5", -5, 5),
        ("number", "> 0", 1, None),
        ("date", "2019", "2019-12-31", "2020-01-01"),
        ("date", "> 2019", "2020-01-01", "2019-12-31"),
        ("date", "<= 2019-06", "2019-06-30", "2019-07-01"),
        ("date", "2018 to 2019", "2019-12-31", "2020-01-01"),
        ("date", "2018..2019-06", "2018-01-01", "2019-07-01"),
        ("date", "mar 2019", "2019-03-05", "2019-04-05"),
        ("date", "> 2019", "2020-01-01", ""),
        ("text", "be  NOTED", "That it be noted", "to be or noted"),
        ("text", "(a", "item (a)", "a"),
        ("flag", "true", True, False),
    ],
)
def test_what_fits_a_filter(reader, kind, typed, fitting, other):
    fits = "([kind, typed, value]) => matcher(kind, typed)(value)"
    assert reader.page.evaluate(fits, [kind, typed, fitting])
    assert reader.page.evaluate(fits, [kind, typed, other]) is (typed == "be  NOTED")


def test_search_in_all_columns(reader):
    reader.go("#role-mentions")
    reader.page.get_by_label("Search in all columns").fill("told ashford")
    reader.page.get_by_text("1 of 2 rows").wait_for()
    assert reader.rows() == ["Director of Children's Services"]


def test_sorting_with_the_keyboard(reader):
    reader.go("#place-mentions")
    button = reader.page.get_by_role("button", name="Place", exact=True)
    head = reader.page.locator("#tables > div:visible [role=columnheader]").first
    button.focus()
    for direction, rows in (("ascending", [EVIL, "Ashford", "Kent"]), ("descending", ["Kent", "Ashford", EVIL])):
        reader.press("Enter")
        assert head.get_attribute("aria-sort") == direction
        assert reader.rows() == rows


def test_what_is_not_stated_comes_last_in_both_directions(reader):
    reader.go("#documents")
    button = reader.page.get_by_role("button", name="Meeting", exact=True)
    orders = []
    for _ in range(2):
        button.click()
        orders.append(reader.settle().rows())
    assert orders == [
        [CLOSING, "Sufficiency Strategy", "kent/board.txt"],
        ["Sufficiency Strategy", CLOSING, "kent/board.txt"],
    ]


def test_columns_can_be_switched_on(reader):
    reader.go("#decisions")
    heads = reader.page.locator("#tables > div:visible [role=columnheader]:visible .sort")
    before = heads.all_inner_texts()
    assert before[:5] == ["Clause", "Outcome", "Actor", "Object", "Deadline"]
    reader.page.get_by_text("Columns", exact=True).click()
    reader.page.get_by_role("checkbox", name="Condition").check()
    reader.press("Escape")
    assert sorted(heads.all_inner_texts()) == sorted([*before, "Condition"])
    assert reader.focused() == "Columns"


def test_rows_are_saved_as_they_are_filtered(reader):
    reader.go("#provider-mentions")
    reader.filter("Provider", "hyper")
    path = reader.download(lambda: reader.page.get_by_role("button", name="Save as CSV").click())
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    saved = list(csv.DictReader(data.decode("utf-8-sig").splitlines()))
    assert [one["text"] for one in saved] == ["'" + FORMULA]  # no spreadsheet runs it
    assert saved[0]["doc_id"] == f"evil/{EVIL}.html"
    assert HOSTILE[int(saved[0]["start"]) : int(saved[0]["end"])] == FORMULA


# --- from a row to its place and back ---


def test_a_row_leads_to_its_place(reader):
    reader.go("#place-mentions")
    reader.page.get_by_role("link", name="Ashford").click()
    reader.at_rest()
    assert reader.title() == "Sufficiency Strategy"
    assert reader.target() == "Ashford"  # behind a character that a browser counts twice
    assert reader.focused() == "Ashford"
    assert reader.page.locator(".target").is_visible()
    assert reader.page.locator("#text").evaluate("box => box.textContent") == TEXT + "\n"
    reader.page.get_by_role("link", name="Back to places named").click()
    reader.at_rest()
    assert reader.title() == "Places named"
    assert reader.focused() == "Ashford"


def test_the_browsers_own_way_back(reader):
    reader.go("#place-mentions").filter("Place", "r").page.get_by_role("link", name="Ashford").click()
    reader.at_rest().page.go_back()
    assert reader.at_rest().focused() == "Ashford"
    assert reader.rows() == ["Ashford", EVIL]


def test_from_row_to_row_as_they_are_filtered_and_sorted(reader):
    reader.go("#place-mentions").page.get_by_role("button", name="Place", exact=True).click()
    reader.settle().page.get_by_role("link", name="Ashford").click()
    reader.at_rest()
    assert reader.text("#step-where") == "Row 2 of 3"
    reader.page.get_by_role("button", name="Next").click()
    assert reader.at_rest().target() == "Kent"
    assert reader.page.get_by_role("button", name="Next").is_disabled()
    for expected in ("Ashford", EVIL):
        reader.page.get_by_role("button", name="Previous").click()
        assert reader.at_rest().target() == expected
    assert reader.title() == CLOSING


def test_a_place_over_several_spans_and_lines(reader):
    start, end = TEXT.index("subject"), TEXT.index("told")
    reader.go(f"#document?d=0&s={start}&e={end}")
    assert reader.target() == TEXT[start:end].replace("\n", "")


def test_every_row_of_every_table_leads_to_its_words(reader):
    views = reader.page.evaluate("about.views.map((view) => view.id)")
    checked = 0
    for view in views:
        rows = reader.page.evaluate("view => rowsOf(view)", view)
        for row in rows:
            if "s" in row and "text" in row:
                reader.go(f"#document?d={row['d']}&s={row['s']}&e={row['e']}")
                assert reader.target() == row["text"], view
                checked += 1
    assert checked == 19


# --- documents ---


def test_decisions_on_top(reader):
    reader.go("#document?d=0")
    assert reader.text("#decisions-box h2") == "1 decision"
    assert reader.text("#decisions-list p") == f"approve (a) {CLAUSE}"
    facts = reader.page.locator("#decisions-list dl > div").all_inner_texts()
    assert [fact.split("\n") for fact in facts] == [
        ["Who", "Cabinet"],
        ["What", "Sufficiency Strategy 2021-2024"],
        ["By when", "31 March 2021"],
        ["If", "subject to funding"],
    ]
    reader.page.get_by_role("link", name=CLAUSE).click()
    assert reader.at_rest().target() == CLAUSE
    reader.go("#document?d=2")
    assert not reader.page.locator("#decisions-box").is_visible()


def test_highlights_can_be_switched_off(reader):
    reader.go("#document?d=0")
    ashford = reader.page.locator("mark.PLACE", has_text="Ashford")
    colour = "mark => getComputedStyle(mark).backgroundColor"
    assert ashford.evaluate(colour) == "rgb(217, 234, 211)"
    button = reader.page.get_by_role("button", name="PLACE 2")
    button.click()
    assert button.get_attribute("aria-pressed") == "false"
    assert ashford.evaluate(colour) == "rgba(0, 0, 0, 0)"
    button.click()
    assert ashford.evaluate(colour) == "rgb(217, 234, 211)"


def test_people_and_figures_beside_the_text(reader):
    reader.go("#document?d=0")
    assert reader.text("#people-list") == "Helena Brusk\nDirector of Children's Services"
    assert reader.text("#figures-list") == "71%\nchildren lived in Ashford"
    reader.page.locator("#people-list a").click()
    assert reader.at_rest().target() == "Helena Brusk"


def test_spans_that_cross_are_both_shown_whole(reader):
    pieces = """() => {
      const spans = [[0, 13, 0, ""], [4, 18, 1, ""]];
      const text = "one two three four";
      drawText({ text, spans }, (place) => place, null);
      const words = (name) => [...document.querySelectorAll(`#text mark.${name}`)].map((mark) => mark.textContent);
      return about.labels.slice(0, 2).map(({ name }) => words(name).join(""));
    }"""
    reader.go("#document?d=0")
    assert reader.page.evaluate(pieces) == ["one two three", "two three four"]


# --- strategies over time ---


def test_timeline(reader):
    reader.go("#timeline")
    assert reader.page.locator("#timeline-chart svg").is_visible()
    assert reader.text("#timeline-count") == "2 strategies"
    first = reader.page.locator("#timeline-table tbody tr").first
    assert [cell.strip() for cell in first.inner_text().split("\t")] == [
        "Sufficiency Strategy 2021-2024",
        "Kent County Council",
        "2021-2024",
        "2 Mar 2021 approve",
        "1",
    ]
    reader.page.get_by_role("link", name="2 Mar 2021 approve").click()
    assert reader.at_rest().target() == CLAUSE
    reader.page.get_by_role("link", name="Back to strategies over time").click()
    assert reader.at_rest().title() == "Strategies over time"


def test_timeline_narrowed(reader):
    reader.go("#timeline")
    names = reader.page.locator("#timeline-table tbody th")
    for change in (
        lambda: reader.page.get_by_label("Only with decisions").check(),
        lambda: reader.page.get_by_role("combobox", name="Council").select_option("Kent County Council"),
        lambda: reader.page.get_by_label("Strategy", exact=True).fill("sufficiency"),
    ):
        change()
        reader.page.get_by_text("1 strategy").wait_for()
        assert names.all_inner_texts() == ["Sufficiency Strategy 2021-2024"]


def test_symbols_of_the_timeline_lead_to_the_clause(reader):
    reader.go("#timeline")
    place = reader.page.evaluate("timeline.chart.convertToPixel({ xAxisIndex: 0, yAxisIndex: 0 }, [2021.164, 0])")
    box = reader.page.locator("#timeline-chart").bounding_box()
    reader.page.mouse.click(box["x"] + place[0], box["y"] + place[1])
    assert reader.at_rest().target() == CLAUSE


def test_from_a_strategy_to_its_mentions(reader):
    reader.go("#strategies")
    reader.page.locator("#tables > div:visible a[href*='register=strategies&id=kent']").click()
    reader.at_rest()
    assert reader.chips()[0] == "Register: strategies"
    assert reader.rows() == ["Sufficiency Strategy 2021-2024"]
    reader.page.get_by_role("button", name="Remove: Register is strategies").click()
    assert reader.at_rest().page.locator("#chips li").count() == 1


# --- the keyboard, small windows ---


def test_keyboard_alone(reader):
    reader.press("Tab", "Enter")
    assert reader.page.evaluate("document.activeElement.id") == "main"
    reader.page.get_by_role("link", name="Places named").focus()
    reader.press("Enter").at_rest()
    assert reader.focused() == "Places named"  # its heading
    assert reader.page.locator("nav a[aria-current=page]").inner_text().startswith("Places named")
    for _ in range(60):
        reader.press("Tab")
        if reader.focused() == "Kent":
            break
    reader.press("Enter").at_rest()
    assert reader.target() == reader.focused() == "Kent"


def test_landmarks_and_names(reader):
    assert [reader.page.get_by_role(role).count() for role in ("banner", "navigation", "main")] == [1, 1, 1]
    for address in ("#overview", "#decisions", "#timeline", "#document?d=0"):
        reader.go(address)
        unnamed = """() => [...document.querySelectorAll("button, a, input, select, [role=grid], section")]
          .filter((element) => element.checkVisibility() && !element.textContent.trim() && !element.ariaLabel)
          .filter((element) => !element.labels?.length)
          .map((element) => element.outerHTML)"""
        assert reader.page.evaluate(unnamed) == []
        assert reader.page.locator("h1:visible").count() == 1


def test_a_small_window(browser, report, tmp_path):
    reader = Reader(new_context(browser, width=600), tmp_path).open(report, "#decisions")
    assert not reader.page.get_by_role("navigation").is_visible()
    menu = reader.page.get_by_role("button", name="Contents")
    menu.click()
    assert menu.get_attribute("aria-expanded") == "true"
    reader.press("Escape")
    assert not reader.page.get_by_role("navigation").is_visible()
    menu.click()
    reader.page.get_by_role("link", name="Documents").click()
    assert reader.at_rest().title() == "Documents"
    assert menu.get_attribute("aria-expanded") == "false"
    for address in ("#overview", "#decisions", "#timeline", "#document?d=0"):
        reader.go(address)
        assert reader.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
    reader.check()
    reader.context.close()


# --- hostile words ---


@pytest.mark.parametrize(
    "address", ["#documents", "#failures", "#strategies", "#timeline", "#document?d=1", "#overview"]
)
def test_nothing_hostile_runs(reader, address):
    reader.go(address)
    for box in reader.page.locator("#cards figure:visible, #timeline-chart:visible").all():
        box.scroll_into_view_if_needed()
        place = box.bounding_box()
        for part in (0.2, 0.4, 0.6, 0.8):  # what is shown beside the mouse
            reader.page.mouse.move(place["x"] + place["width"] * part, place["y"] + place["height"] * 0.4)
    reader.settle()
    assert reader.page.title() != "broken"
    assert reader.page.locator("main img").count() == 0


def test_hostile_words_are_shown_as_they_are(reader):
    reader.go("#document?d=1")
    assert reader.title() == CLOSING
    assert reader.page.locator("#text").evaluate("box => box.textContent") == HOSTILE + "\n"
    assert reader.page.locator("mark.STRATEGY").inner_text() == TURNED
    order = "() => getComputedStyle(document.querySelector('.line')).unicodeBidi"
    assert reader.page.evaluate(order) == "isolate"  # what is turned around stays in its line


def test_an_address_that_leads_nowhere(reader):
    assert reader.go("#nothing?x=1").title().startswith("3 documents")
    reader.page.evaluate("location.hash = '#document?d=99'")
    reader.page.get_by_role("alert").get_by_text("There is no such document").wait_for()


# --- paper ---


def printed(reader, path):
    reader.page.pdf(path=path, format="A4")
    with pypdfium2.PdfDocument(path) as document:
        return " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in document)


def test_overview_on_paper(reader, tmp_path):
    text = printed(reader, tmp_path / "overview.pdf")
    for words in ("3 documents, 2019 to 2021", "Documents by council", "Percentages over time", "it is a scan"):
        assert words in text
    for words in ("Contents", "Joined mentions", "As a table", "Software in this page"):
        assert words not in text


def test_document_on_paper(reader, tmp_path):
    reader.go("#document?d=0")
    text = printed(reader, tmp_path / "document.pdf")
    for words in ("1 decision", "31 March 2021", "Ms Brusk thanked Heron Lodge"):
        assert words in text
    assert "Back to" not in text


def test_table_on_paper(reader, tmp_path):
    reader.go("#place-mentions").filter("Place", "ash")
    text = printed(reader, tmp_path / "table.pdf")
    assert "Ashford" in text
    assert "Kent County Council" in text
    assert "<img" not in text


# --- many documents ---


def test_five_thousand_documents(browser, tmp_path, capsys):
    seconds = {}

    def timed(name, action):
        start = time.perf_counter()
        action()
        seconds[name] = time.perf_counter() - start

    run = large(DOCUMENTS).save(tmp_path / "run", registers=False)
    timed("written", lambda: write(run))
    path = run / "report.html"
    reader = Reader(new_context(browser), tmp_path)
    timed("opened", lambda: reader.open(path))
    assert reader.title().startswith("5,000 documents")
    timed("table of places", lambda: reader.go("#place-mentions"))
    assert re.fullmatch(r"1\d,\d{3} rows", reader.text("#count"))
    assert len(reader.rows()) < 100  # of which only those on screen are made
    timed("filtered", lambda: reader.filter("Document", "meeting 4999"))
    assert 1 <= len(reader.rows()) <= 4
    timed("searched", lambda: search(reader, "meeting 4321"))
    reader.page.get_by_role("button", name="Clear filters").click()
    timed("sorted", lambda: reader.page.get_by_role("button", name="Document", exact=True).click())
    timed("document", lambda: reader.go("#document?d=4999"))
    assert reader.title() == "Meeting 4999"
    assert reader.page.evaluate("document.querySelectorAll('*').length") < 6_000
    reader.check()
    reader.context.close()
    with capsys.disabled():
        shown = ", ".join(f"{name} {value:.2f} s" for name, value in seconds.items())
        print(f"\n{DOCUMENTS:,} documents, {path.stat().st_size / 1e6:.1f} MB: {shown}")  # noqa: T201


def search(reader, words):
    reader.page.get_by_label("Search in all columns").fill(words)
    reader.page.get_by_text(re.compile(r"^0 of ")).wait_for()
