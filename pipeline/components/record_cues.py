"""The words of a decision clause that tell where its object is."""

import re

from pipeline.components import outcomes
from pipeline.components.record_tails import words
from pipeline.patterns import alternation

THAT = re.compile(r"(?:that|t\sh\sa\st)\b[\s,:–—-]*", re.I)
LEADING = re.compile(r"(?:(?:to|not|also|further|unanimously|formally|otherwise|and|hereby|either)\b[\s:–—-]*)+", re.I)
TO = re.compile(r"(?:\w+\s+){0,2}?to\b", re.I)
WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
BE = re.compile(
    r"\b(?:be|(?<!that )(?<!which )(?<!who )(?:is|are)(?=\s+(?:hereby\s+)?"
    r"(?:authorised|empowered|asked|requested|instructed|given|granted|delegated)\b))\b(?:\s+(?:not|hereby|also|further|formally|therefore|\w+ly)\b)*\s*",
    re.I,
)
MODAL = re.compile(r"\b(?:to|will|would|should|could|may|might|must|can|cannot|shall)\s+(?:not\s+|\w+ly\s+)?\Z", re.I)
FINITE = re.compile(rf"\s+{alternation(words('finite'))}\b", re.I)
INTRO = re.compile(rf"{alternation(words('intro'))}\b", re.I)
INTRO_END = re.compile(r",\s+|\b(?:19|20)\d\d,?\s+(?=the\b)", re.I)
IT = re.compile(r"it\s*\Z", re.I)
INNER_THAT = re.compile(r"\s*(?:that\b|:)\s*", re.I)
INFINITIVE = re.compile(
    r"\bto\s+(?:(?:also|further|\w+ly)\s+)?(?!(?:the|an?|its|their|his|her|our|all|any|each|every|both|this|that|these|those|members|"
    r"officers|full|cabinet|council|committee)\b)(?=[a-z])(?P<verb>[a-z-]+)"
)
TO_DO = re.compile(rf"\s+{INFINITIVE.pattern}", re.I)
POWER = alternation(words("power"))
POWER_SUBJECT = re.compile(rf"(?:[\w’'-]+\s+){{0,3}}?{POWER}\b", re.I)
ABOUT = re.compile(r"\s(?:about|regarding|concerning|on)\s+", re.I)
OF = re.compile(r"\s(?:about|regarding|concerning|on|of)\s+", re.I)
ASKING = re.compile(
    r"\s(?:asking|calling|pressing)\s+(?:(?:them|him|her|it)\s+)?for\s+|\s(?:seeking|requesting|setting\s+out)\s+", re.I
)
CHANGES = re.compile(rf"(?:no\s+)?(?:\w+\s+)?{alternation(words('changing'))}\Z", re.I)
TO_OFFICE = re.compile(
    r"\s+to\s+(?:the\s+)?(?:[A-Z][\w’'&-]*,?\s+(?:(?:and|of|for)\s+){0,2}){1,10}(?=(?:the|any|all|its|an?)\s)"
)
CUT = {  # verb: where its object ends
    verb: re.compile(rf"\s+{preposition}\s+(?!\d)")
    for kind, preposition in (("giving", "to"), ("thanking", "for"), ("paying", "from"))
    for verb in words(kind)
}
TO_BE = re.compile(r"\s+to\s+be\s", re.I)
FOR = re.compile(r"\s*for\s+(?!(?:from|by|to)\b)", re.I)
TO_OR_IN = re.compile(r"\s+(?:to|in)\s+", re.I)
ARTICLE = re.compile(r"\s*(?:(?:the|an?)\s+)?", re.I)
AGREED_THAT = re.compile(r"\b(?:agree|decide|resolve)(?:s|d|ed)?\s+that\b", re.I)
TO_OR_FOR = re.compile(r"\s*(?:to|for|of)\s+", re.I)
PARTICLE = re.compile(
    r"\s*(?:(?:in\s+principle|part|formally|the\s+following|action)\b,?\s*)?(?:(?:off\s+from|into|with|out|up|upon|in|on|off|for|to)\b(?!\s+principle)\s*)?",
    re.I,
)
PRINCIPLE = re.compile(r"\s*,?\s*(?:in\s+principle|formally|again)\b,?", re.I)
BODIES = alternation([*outcomes.words("body", "person"), *words("body")])
BODY = re.compile(
    rf"(?:the\s+)?(?P<name>(?:[\w’'&()-]+,?\s+){{0,9}}?{BODIES})"
    r"(?:\s+(?:for|of)\s+(?:(?:the\s+)?(?-i:[A-Z])[\w’'-]*,?\s+(?:and\s+|&\s+|of\s+){0,2}){1,8})?\s*(?:also\s+|\w+ly\s+)?"
    rf"(?!(?:of|for|and|be|in|on|to|{BODIES})\b)(?P<verb>[a-z-]+)\b",
    re.I,
)
TO_BODY = re.compile(
    r"\s+to\s+(?:the\s+|full\s+|a\s+)*(?:[A-Z][\w’'&-]*,?\s+(?:(?:and|of|for)\s+){0,2}){0,8}(?:(?i:"
    + alternation([*outcomes.words("body"), *words("body", "receiver")])
    + r"))\b"
)
ENDS_IN_ARTICLE = re.compile(r"\b(?:the|an?)\s*\Z", re.I)
SENDING, STATING, EMPOWERING, TELLING, WRITING, AGREEING, DECIDES = (
    frozenset(words(kind))
    for kind in ("sending", "stating", "empowering", "telling", "writing", "agreeing", "deciding")
)
NOUN_DUE = frozenset(("the", "a", "an", "of", "for", "in", "on", "to", "with", "and", "as", "its", "their"))
CHARGE = frozenset(outcomes.words("charge"))
