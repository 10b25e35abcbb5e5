"""Short parts of a web page that their own words give away: log-in bars, notes on cookies, share links, actions."""

import re
from typing import Any

BLOCKS = re.compile("p|div|section|ul|li|span|small|td|h[2-6]")
LONGEST = 400  # characters of source, blanks included
NETWORKS = "facebook|twitter|x|linked ?in|whats ?app|pinterest|reddit|instagram|e-?mail|print|copy link|more"
ACCOUNT = "log ?(?:in|on|out)|sign ?(?:in|out|up)|register|my account"
SIZE = r"(?: \w{1,10} icon)?(?: \(?(?:pdf|docx?|html)\b[ ,]{0,2}[\d.,]{1,8} ?[kmg]b\)?)?"
TEXT = re.compile(
    # Cookies and accounts.
    r"(?:cookies on (?:this|our) (?:web)?site )?(?:(?:this|our) (?:web)?site|we) uses? (?:\w+ )?cookies\b.*"
    rf"|(?:{ACCOUNT})(?: ?[|/·•] ?(?:{ACCOUNT})){{1,3}}"
    r"|(?:back|return|go) to (?:the )?top(?: of (?:the |this )?page)?"
    # Sharing and blogs.
    rf"|share this(?: (?:page|post|article|story))?(?: (?:on|via))? ?:?(?: ?[|·,]? ?\b(?:{NETWORKS})\b)*"
    r"|posted (?:on|by|in)\b[^.!?]{1,90}(?:\b\d{4}|\bcomments?|\bby \w{1,30})"
    r"|leave a (?:comment|reply)"
    # What ModernGov offers for a meeting as a whole.
    r"|(?:attendance details|agenda front ?sheet|(?:public )?(?:agenda )?reports? pack"
    rf"|printed (?:draft )?(?:agenda|minutes|decisions)){SIZE}",
    re.IGNORECASE,
)


def is_furniture(element: Any) -> bool:
    """Whether a block says nothing else."""
    return bool(BLOCKS.fullmatch(element.tag) and TEXT.fullmatch(_brief(element)))


def _brief(element: Any) -> str:
    """Its words with one blank between them; nothing if they are too many."""
    parts: list[str] = []
    size = 0
    for part in element.itertext():
        size += len(part)
        if size > LONGEST:
            return ""
        parts.append(part)
    return " ".join(" ".join(parts).split())
