"""Web pages: of every page kind, whole, with the noise around it; and the single rules."""

from pathlib import Path

import pytest

from pipeline.errors import Errors
from pipeline.readers import Limits, ReadFailure, Record, read
from tests.fixtures import html_pages


def read_page(folder: Path, source: str | bytes) -> Record:
    path = folder / "page.html"
    path.write_bytes(source if isinstance(source, bytes) else source.encode("utf8"))
    (record,) = read(path, Limits())
    assert isinstance(record, Record)
    return record


@pytest.mark.parametrize("name", html_pages.PAGES)
def test_page_kind(name: str, tmp_path: Path) -> None:
    source, text = html_pages.PAGES[name]
    assert read_page(tmp_path, source).text == text


def test_word_page(tmp_path: Path) -> None:
    record = read_page(tmp_path, html_pages.WORD.encode("latin-1"))
    assert (record.text, record.encoding) == (html_pages.WORD_TEXT, "windows-1252")


def test_metadata(tmp_path: Path) -> None:
    assert read_page(tmp_path, html_pages.AGENDA_ITEM) == Record(
        html_pages.AGENDA_ITEM_TEXT,
        "html",
        encoding="utf-8",
        metadata={
            "title": "Agenda item | Loamshire Council",
            "url": "https://democracy.loamshire.example/page?id=12",
        },
    )


def test_url_of_a_page_saved_by_a_browser(tmp_path: Path) -> None:
    source = "<!DOCTYPE html>\n<!-- saved from url=(0034)https://council.example/x?y=1&z=2 -->\n<p>Text"
    assert read_page(tmp_path, source).metadata == {"url": "https://council.example/x?y=1&z=2"}


LONG = " ".join(["The Board shares what it knows."] * 12)
CONTENT = [
    # Words and blanks.
    ("<p>ap<b>pro</b>ved <i> at</i>  last</p>", "approved at last", "inline tags never break words"),
    ("<p>A\u00a0\u00a0B &nbsp;</p>", "A\u00a0\u00a0B", "a non-breaking space inside a line stays"),
    ("<p>one<p>\u00a0<p>two", "one\n\ntwo", "a paragraph of a blank is a gap"),
    ("<p>1 &#150; 2 &pound;3 &amp; &lt;b&gt;</p>", "1 – 2 £3 & <b>", "entities, once"),
    ("<p>3<sup>rd</sup> July</p>", "3rd July", "an ordinal"),
    ("<p>Suffi\u00adciency\u200b Strategy\ufeff</p>", "Sufficiency Strategy", "invisible characters split words"),
    ("<p>Â£5 â€“ it’s</p>", "£5 – it’s", "mojibake"),
    ("a\x01b<nav>\x02</nav>c\x0cd\x00", "a bc d", "control characters"),
    ("one<br>two<br/><br><br><br>three", "one\ntwo\n\nthree", "one blank line at most"),
    ("<div>a</div><div>b</div>c<p>d</p>e", "a\nb\nc\n\nd\n\ne", "a div starts a line, a paragraph leaves a gap"),
    ("<pre>a  b\n\nc</pre>", "a b\n\nc", "lines of preformatted text"),
    ("<pre>one\n<b>RESOLVED</b>\ntwo</pre>", "one\nRESOLVED\ntwo", "a line end before a tag stays"),
    ("<p>x</p><!-- <p>y</p> --><p>z</p>", "x\n\nz", "comments"),
    ("<a href=r.pdf>R</a> <img alt='PDF icon'> PDF 2 KB", "R PDF icon PDF 2 KB", "icons of documents speak"),
    ("<p>R <img alt='Photo of the Chair'></p>", "R", "other pictures do not"),
    ("<h1>T</h1><p>a <s>44%</s>b <del>11%</del><ins>12%</ins>", "T\n\na b 12%", "struck out, deleted, inserted"),
    ("<h1>T</h1><p>ap<strike>x</strike>t <u style='text-decoration:line-through'>y</u>z",
     "T\n\napt z", "inside a word"),
    ("<s><h1>T</h1><p>All of it, since nobody closed the tag.",
     "T\n\nAll of it, since nobody closed the tag.", "never closed"),
    # Lists.
    ("<ol><li>a<li>b</ol>", "1. a\n2. b", "numbers"),
    ("<ol start=9><li>a<li value=20>b<li>c</ol>", "9. a\n20. b\n21. c", "start and value"),
    ("<ol type=A start=27><li>a</ol><ol type=I start=4><li>b</ol>", "(AA) a\n\n(IV) b", "other figures"),
    ("<ol style='list-style-type: lower-roman'><li>a</ol>", "(i) a", "figures by style"),
    ("<ol style='list-style:none'><li>1.1 a</ol>", "1.1 a", "a list that is numbered by hand"),
    ("<ol><li>1. a<li>2. b</ol>", "1. a\n2. b", "a number that stands there is not doubled"),
    ("<ol><li>1.5 million<li>b</ol>", "1. 1.5 million\n2. b", "a figure that opens the text is no number of the list"),
    ("<ol reversed><li>a<li>b</ol>", "2. a\n1. b", "counted down"),
    ("<ol start=x type=q><li value=y>a</ol>", "1. a", "nonsense in attributes"),
    ("<ol><li><li>b</ol>", "2. b", "an empty item counts"),
    ("<ol><li><p>a</p><p>b</p><li>c</ol>", "1. a\n\nb\n\n2. c", "paragraphs inside an item"),
    ("<ol><li><ol type=a><li>x</ol></ol>", "1. (a) x", "an item that opens with its own list"),
    ("<ul><li>a<ul><li>b</ul></ul>c", "- a\n- b\n\nc", "bullets"),
    ("<li>a", "- a", "an item without a list"),
    ("<dl><dt>Venue:<dd>Hall<dt>Clerk<dd>B<dt>Fax:</dl>", "Venue: Hall\nClerk\nB\nFax:", "terms and definitions"),
    ("<dl><dt>Venue:<dd><p></p></dl>", "Venue:", "an empty definition"),
    # Tables.
    ("<table><tr><td>7.<td>TITLE</table>", "7. TITLE", "a number leads into its title"),
    ("<table><tr><td>(b)<td><p>one<p>two</table>", "(b) one\n\ntwo", "a letter leads into its clause"),
    ("<table><tr><td>12/34<td>MINUTES<td>Clerk</table>", "12/34 | MINUTES | Clerk", "three cells are a table"),
    ("<table><tr><td>2020<td>Nine</table>", "2020 | Nine", "a year is no item number"),
    ("<table><tr><td>7<td>12%</table>", "7 | 12%", "two figures are data"),
    ("<table><tr><th>Ward:<td>All</table>", "Ward: All", "a label"),
    ("<table><tr><td><td>x<td> </table>", "x", "empty cells of a layout"),
    ("<table><tr><td>A<td><p>one<p>two</table>", "A | one two", "a short cell of two lines"),
    ("<table><tr><td>A<td><p>one<p>two<p>three</table>", "A\none\n\ntwo\n\nthree", "cells of several lines"),
    ("<table><td>a<td>b</table>", "a\nb", "cells without a row"),
    ("<table><tr><td>1.<td><table><tr><td>Elm House<td>y</table></table>", "1. Elm House | y", "a table in a table"),
    # Parts of the page.
    ("<div class='social-care'>Foster care</div><p>x", "Foster care\n\nx", "social care is the subject"),
    ("<div id='shared-lives'>a</div><div class=research>b</div>", "a\nb", "words that only contain share or search"),
    ("<h2 id=sharing-information>Sharing</h2><h2 id=feedback>Feedback</h2>", "Sharing\n\nFeedback", "ids of headings"),
    (f"<h1>T</h1><div class='sharing'>{LONG}</div>", f"T\n\n{LONG}", "a long text under a name that often is noise"),
    (f"<h1>T</h1><div class='with-sidebar'>{LONG}</div>", f"T\n\n{LONG}", "a layout"),
    ("<p class=hidden-xs>a</p><p class=searchable>b</p>", "a\n\nb", "hidden on telephones, a table with a search"),
    ("<h2><button aria-expanded=true>Minutes</button></h2>", "Minutes", "the heading of an accordion"),
    ("<div class='menu-left'><h1>T</h1><p>x</div>", "T\n\nx", "the page itself stands in a box called menu"),
    ("<nav><a href=/>Home</a><h1>T</h1><p>Text of the page", "Home\n\nT\n\nText of the page", "a menu never closed"),
    ("<div class=popup><h1>Cookies</h1></div><div class=with-sidebar><h1>T</h1><p>Text of the page</p></div>",
     "T\n\nText of the page", "two headings, one box with most of the text"),
    ("<div class=modal><p>The whole page is here.</div><p>x", "The whole page is here.\n\nx", "most of the text"),
    ("<div aria-hidden=true><h1>T</h1>x</div>", "T\n\nx", "a page that was saved while a dialog was open"),
    ("<header><nav>Home</nav><h1>T</h1></header><p>x", "T\n\nx", "the only heading stands in the header"),
    ("<form><p>The page is one form.</p><input value=q></form>", "The page is one form.", "as ASP.NET does"),
    ("<h1>T</h1><ul><li><a href=/1>Cllr A</a><li><a href=/2>Cllr B</a><li><a href=/3>Cllr C</a></ul>",
     "T\n\n- Cllr A\n- Cllr B\n- Cllr C", "links under the heading can be an attendance list"),
    ("<ul><li><a href=/1>A</a><li><a href=/2>B</a><li><a href=/3>C</a></ul><h2>T</h2>x", "T\n\nx",
     "a menu, no main heading"),
    ("<ul><li><a href=a.pdf>A</a><li><a href=b.pdf>B</a><li><a href=c.pdf>C</a></ul><h1>T</h1>",
     "- A\n- B\n- C\n\nT", "documents ahead of the heading"),
    ("<h1>T</h1><p>Share<p>Register<p>Attendance<p>Posted on the board by hand.",
     "T\n\nShare\n\nRegister\n\nAttendance\n\nPosted on the board by hand.", "words that also open a bar of tools"),
    ("<h1>T</h1><p>We agreed that the site uses cookies.<p>Share this with members",
     "T\n\nWe agreed that the site uses cookies.\n\nShare this with members", "sentences about them"),
    ("<h1>T</h1><ul><li>Agenda frontsheet amended<li><a href=x>Attendance details</a> were noted</ul>",
     "T\n\n- Agenda frontsheet amended\n- Attendance details were noted", "more than the name of an action"),
    ("<h1>T</h1><a href=#>Top Valley School</a>", "T\n\nTop Valley School", "a link that only begins like a button"),
    ("<main><p>Short.</p></main><p>The text of this page stands outside.</p>",
     "Short.\n\nThe text of this page stands outside.", "a main element with little in it"),
    ("<h1>T</h1><div id=content><p>The text.</p></div><p>x</p>", "T\n\nThe text.\n\nx", "grown until a heading is in"),
]  # fmt: skip
NOISE = [
    ("<nav>Menu</nav>", "nav"),
    ("<div class='site_footer'>© Council</div>", "footer, underscore"),
    ("<div id=mainNav><a href=/>Home</a></div>", "navigation, camel case"),
    ("<div class='leftmenu'>a</div>", "menu glued to another word"),
    ("<div class='cookieconsent_wrap'>We use cookies</div>", "cookies"),
    ("<div role=dialog><h1>Cookies</h1></div>", "a dialog, though it has a heading"),
    ("<header><h1>Loam Council</h1></header>", "a site's name beside the page's heading"),
    ("<div class=socialMediaLinks>Like us</div>", "share links"),
    ("<p hidden>Secret</p>", "hidden"),
    ("<p style='color:red; DISPLAY : none'>Secret</p>", "hidden by style"),
    ("<p class=hidden>Secret</p>", "hidden by class"),
    ("<button>Accept</button>", "a button"),
    ("<div class=sharing><a href=#>Facebook</a></div>", "share links under another name"),
    ("<label for=q>Search for</label><input id=q>", "a form's label"),
    ("<form>Search <select><option>All</select></form>", "a small form"),
    ("<svg><title>Icon</title></svg>", "drawings"),
    ("<a href=#c>Skip to main content</a>", "skip link"),
    ("<p><a href=#>Return to the top of the page</a></p>", "top link"),
    ("<p><a href=#>Print this page</a> <a href=#>Share on Facebook</a></p>", "tools"),
    ("<ul><li><a href=/1>Bins</a><li><a href=/2>Tax</a><li><a href=/3>Jobs</a></ul>", "a menu without a name"),
    ("<script>document.write('<p>x</p>')</script><style>p{}</style>", "scripts and styles"),
    ("<div id=mgcookie>This website uses cookies. <a>Hide this message</a></div>", "cookies, glued to another word"),
    ("<div>This site uses cookies. <a>Hide this message</a></div>", "cookies without a name"),
    ("<div id=dnn_ControlPanel>Login</div><td>Sign in | <a href=/r>Register</a></td>", "accounts"),
    ("<div class=sharedaddy><h3>Share this:</h3><ul><li>Facebook<li>X</ul></div>", "share links of WordPress"),
    ("<section>Share this page: <a>Facebook</a> <a>Twitter</a></section>", "share links without a name"),
    ("<div class=entry-meta>By Ida</div><p>Posted on 20 May 2022 by admin · Leave a comment</p>", "a blog's line"),
    ("<a href=#>View directions</a><p>Back to top</p>", "links, one without its tag"),
    (
        "<ul><li><a href=x>Attendance details</a><li><a href=y.pdf>Agenda frontsheet <span>PDF 232 KB</span></a>"
        "<li>Printed minutes <img alt='PDF icon'>PDF 1.5 MB</ul>",
        "what ModernGov offers for a meeting",
    ),
    ("<template><p>x</p></template><noscript>Use a browser</noscript>", "parts that are not shown"),
]


@pytest.mark.parametrize(("source", "text", "reason"), CONTENT)
def test_content(source: str, text: str, reason: str, tmp_path: Path) -> None:
    assert read_page(tmp_path, f"<html><body>{source}</body></html>").text == text, reason


@pytest.mark.parametrize(("noise", "reason"), NOISE)
def test_noise(noise: str, reason: str, tmp_path: Path) -> None:
    text = (
        "before\n\nMinutes\n\nThe report was noted by all members present, and the Chair thanked the officers for it."
    )
    before, heading, sentence = text.split("\n\n")
    page = f"<html><body>{before}{noise}<h1>{heading}</h1><p>{sentence}</p></body></html>"
    assert read_page(tmp_path, page).text == text, reason


ENCODINGS = [
    ("<p>£5 – caf\u00e9", "utf-8", "utf-8", "<p>", "no declaration"),
    ("£5 – caf\u00e9", "utf-8", "utf-8", "<meta charset=iso-8859-1><p>", "an old declaration in a page saved as UTF-8"),
    ("£5 – caf\u00e9", "cp1252", "windows-1252", "<meta charset=ISO-8859-1><p>", "what browsers make of Latin-1"),
    ("£5 – caf\u00e9", "cp1252", "windows-1252", "<meta charset='utf-8'><p>", "a false declaration"),
    (
        "Łódź ąę",
        "iso-8859-2",
        "iso-8859-2",
        "<META http-equiv=x content='text/html; charset=ISO-8859-2'><p>",
        "declared",
    ),
    ("£5 – caf\u00e9", "utf-16", "utf-16-le", "<p>", "UTF-16 with a mark"),
    ("£5 – caf\u00e9", "utf-16-be", "utf-16-be", "<!DOCTYPE html><title>T</title><p>", "UTF-16 without a mark"),
]


@pytest.mark.parametrize(("text", "encoding", "found", "before", "reason"), ENCODINGS)
def test_encoding(text: str, encoding: str, found: str, before: str, reason: str, tmp_path: Path) -> None:
    record = read_page(tmp_path, (before + text).encode(encoding))
    assert (record.text, record.encoding) == (text.removeprefix("<p>"), found), reason


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("<html><body><script>draw()</script></body></html>", "a page drawn by a script"),
        ("<html><frameset><frame src=a.html></frameset></html>", "frames"),
        ("<!-- only a comment -->", "nothing"),
        ("<html></html>", "no body"),
        ("<html><head><title>Minutes</title></head></html>", "a title only"),
        ("<p>&nbsp;</p><nav><a href=/>Menu</a></nav>", "only noise"),
    ],
)
def test_no_text(source: str, reason: str, tmp_path: Path) -> None:
    with pytest.raises(ReadFailure) as caught:
        read_page(tmp_path, source)
    assert (caught.value.cause, caught.value.next_step, caught.value.reader) == (*Errors.E120, "html"), reason


def test_deep_nesting(tmp_path: Path) -> None:
    source = "<b><font>" * 500 + "deep" + "<div><table><tr><td>" * 200 + "deeper"
    assert read_page(tmp_path, source).text.split() == ["deep", "deeper"]


def test_nested_beyond_the_parser(tmp_path: Path) -> None:
    with pytest.raises(ReadFailure, match="nested too deep"):
        read_page(tmp_path, "<p>first" + "<b>" * 5_000 + "<p>last")


def test_long_line(tmp_path: Path) -> None:
    line = "word <b>bold</b>  " * 50_000
    assert read_page(tmp_path, f"<p>{line}</p>").text == ("word bold " * 50_000).strip()
