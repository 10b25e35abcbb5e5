"""What of a web page is not the meeting: menus, banners, footers, share links, forms, hidden parts."""

import re
from functools import cached_property, lru_cache
from typing import Any

from lxml import etree

from pipeline.readers.html_furniture import is_furniture

TAGS = re.compile(
    "script|style|noscript|template|iframe|object|embed|applet|svg|canvas|audio|video|map|select|textarea|input"
    "|datalist|link|meta"
)
SUSPECTS = re.compile("nav|aside|header|footer|dialog|s|strike|del")  # struck out is gone, as deletions in Word
ROLES = re.compile("navigation|banner|contentinfo|search|dialog|alertdialog|complementary|menu|menubar|toolbar")
# Whole words of a class or id: mgCookieBar, site-footer, skip_links. Those of the second list also name parts of a
# text, such as a section on sharing information, and count only where there is little to read. Not "social" before any
# other word: pages on social care are our subject.
NAMES = re.compile(
    r"(?:^|-)(?:[a-z]*cookie[a-z]*|onetrust|[a-z]*breadcrumbs?|skip(?:links?|nav|to|content)?|addthis|addtoany|[a-z]*footer"
    r"|social-?(?:media|links?|icons?|share|sharing|bar|networks?)|govdelivery|g(?:oogle-?)?translate|reciteme|browsealoud"
    r"|back-?to-?top|modal|pop-?up|lightbox|sharedaddy)(?:$|-)|^hidden$"
)
NAMES_OF_LITTLE = re.compile(
    r"(?:^|-)(?:share(?:this|links?|bar|buttons?)?|sharing|[a-z]*nav(?:bar|igation)?|[a-z]*menus?|sidebar|masthead|banner"
    r"|search(?:box|bar|form|field|panel)?|log-?in|sign-?in|feedback|newsletter|pagination|pager|toolbar"
    r"|page-?(?:tools|rating|actions)|(?:entry|post)-meta|control-?panel)(?:$|-)|^social$"
)
LITTLE = 200  # characters, links and blanks aside
HEADING = re.compile("h[1-6]")
CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|text-decoration(?:-line)?\s*:\s*line-through",
    re.IGNORECASE,
)
LINK_TEXT = re.compile(
    r"skip (?:to|past) [\w ]{1,40}|(?:(?:back|return|go) to )?(?:the )?top(?: of (?:the |this )?page)?"
    r"|(?:view|get|show) directions|hide this message|leave a (?:comment|reply)"
    r"|(?:print|share|bookmark|e-?mail|tweet)(?: (?:this|the))?(?: (?:page|link))?(?: (?:on|by|with|to) \w{1,20})?",
    re.IGNORECASE,
)
DOCUMENT = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|rtf)\b|documents?/|details|viewdoc", re.IGNORECASE)
MAIN = re.compile(r"^(?:main|(?:main|page|body|mg|mg-main)?-?content|content-?(?:area|pane)|modgov|article)$")
MENU_LINKS = 3
SMALL = 4  # times a form's text that the page has, if the form is not the page


def names(id_: str, classes: str) -> list[str]:
    """Id and classes in one spelling: mgCookieBar as mg-cookie-bar."""
    return [CAMEL.sub("-", word).replace("_", "-").lower() for word in f"{id_} {classes}".split()]


@lru_cache(4096)
def _is_named(pattern: re.Pattern[str], id_: str, classes: str) -> bool:
    return any(pattern.search(name) for name in names(id_, classes))


def length(element: Any) -> int:
    """How many characters of text it holds, blanks aside."""
    return len("".join("".join(element.itertext()).split()))


def own_length(element: Any) -> int:
    """The same without links: menus have next to none of it."""
    return length(element) - sum(map(length, element.iter("a")))


class Page:
    """A page with its noise still in it.

    body (Element): What is looked at; `clean` changes it.
    headings (int): How many main headings (<h1>) it has; sites give one to their name or to the cookies, too.
    """

    def __init__(self, body: Any):
        self.body = body
        self.headings = len(list(body.iter("h1")))

    @cached_property
    def size(self) -> int:
        """Its text without links; measured only where a decision hangs on it."""
        return own_length(self.body)

    def clean(self) -> Any:
        """Take the noise out and return the element that holds the meeting."""
        noise = []
        walk = etree.iterwalk(self.body, events=("start",))
        for _, element in walk:
            if element is not self.body and self._is_noise(element):
                noise.append(element)
                walk.skip_subtree()
        for element in noise:
            _drop(element)
        main = self._main()
        for menu in _leading_menus(main):
            _drop(menu)
        return main

    def _is_noise(self, element: Any) -> bool:
        tag = element.tag
        if TAGS.fullmatch(tag):
            return True
        if tag == "a":
            return bool(LINK_TEXT.fullmatch("".join(element.itertext()).strip()))
        if tag == "label":
            return element.get("for") is not None
        if tag == "button":
            return not HEADING.fullmatch(element.getparent().tag)  # an accordion's
        if is_furniture(element):
            return not self._is_core(element)
        if HEADING.fullmatch(tag):
            return _is_hidden(element)  # no look at its id, which repeats its words
        id_, classes = element.get("id") or "", element.get("class") or ""
        suspect = (
            SUSPECTS.fullmatch(tag)
            or (tag == "form" and length(element) * SMALL < length(self.body))
            or _is_hidden(element)
            or ROLES.fullmatch(element.get("role") or "")
            or _is_named(NAMES, id_, classes)
            or (_is_named(NAMES_OF_LITTLE, id_, classes) and own_length(element) < LITTLE)
        )
        return bool(suspect) and not self._is_core(element)

    def _is_core(self, element: Any) -> bool:
        """Whether it holds the page itself, whatever its name: an unclosed <nav>, a box called `with-menu`."""
        if element.get("role") == "main" or next(element.iter("main"), None) is not None:
            return True
        headings = len(list(element.iter("h1")))
        if headings == self.headings > 0:
            return True
        return (headings > 0 or not self.headings) and own_length(element) * 2 > self.size

    def _main(self) -> Any:
        """The smallest element named as the main one that has most of the text, grown until it has a heading."""
        size = own_length(self.body)
        best, best_size = self.body, size
        for element in self.body.iter("main", "article", "div", "section", "td"):
            is_named = _is_named(MAIN, element.get("id") or "", element.get("class") or "")
            if is_named or element.tag in ("main", "article") or element.get("role") == "main":
                own = own_length(element)
                if own * 10 >= size * 7 and own <= best_size:
                    best, best_size = element, own
        if _heading(self.body) is not None:
            while _heading(best) is None:
                best = best.getparent()
        return best


def _is_hidden(element: Any) -> bool:
    marked = element.get("hidden") is not None or element.get("aria-hidden") == "true"
    return marked or bool(HIDDEN.search(element.get("style") or ""))


def _drop(element: Any) -> None:
    """Take an element out, but not the text behind it."""
    parent, before, tail = element.getparent(), element.getprevious(), element.tail or ""
    if before is not None:
        before.tail = (before.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    parent.remove(element)


def _heading(element: Any) -> Any:
    return next(element.iter("h1"), None)


def _leading_menus(main: Any) -> list[Any]:
    """Lists of nothing but links ahead of the first heading: the menu of a site that does not name its parts."""
    menus = []
    heading = _heading(main)
    if heading is None:
        heading = next(main.iter("h2", "h3"), None)
    if heading is None:
        return []
    for element in main.iter("ul", "ol", heading.tag):
        if element is heading:
            break
        links = list(element.iter("a"))
        if len(links) >= MENU_LINKS and own_length(element) == 0 and not any(map(_is_document, links)):
            menus.append(element)
    return [menu for menu in menus if not any(menu in other.iterdescendants() for other in menus)]


def _is_document(link: Any) -> bool:
    return bool(DOCUMENT.search(link.get("href") or ""))
