"""What stands beside a figure and tells where the words are that say what it measures."""

import re

from pipeline.components.figure_numbers import words
from pipeline.patterns import alternation, by_kind

_RATE = alternation(words("rate"))
CARRY = re.compile(
    rf"\b(?!costs?\s+{alternation(words('auxiliary', 'carrying', 'rise', 'fall'))}\b)"
    rf"{alternation(words('auxiliary', 'carrying', 'rise', 'fall'))}\s+"
    rf"(?:{alternation(words('auxiliary', 'carrying', 'rise', 'fall', 'particle'))}\b,?\s+)*\Z",
    re.I,
)
HOLDS = re.compile(rf"\b{alternation(words('holding'))}\s+\Z", re.I)
AGAINST = re.compile(rf"[\s,;(–-]*(?:{alternation(words('against'))})?[\s,(–-]*", re.I)
COMPARED = re.compile(
    rf"(?:\b{alternation(words('compared'))}|(?:up\s+|down\s+)?from\s+an?\s+(?:low|high|peak)\s+of|(?<=,\s)from)\s+\Z",
    re.I,
)
STOP = re.compile(
    r",(?!\s?\d|\s(?:[\w-]+\s)?or\s(?!\d|more\b))|[;:()|]\s*|\.(?:\s|\Z)|\s[–—-]\s"
    rf"|\b(?<!those ){alternation(words('stop'))}\b"
    r"|\band\s+(?=(?:that|it|this|there|he|she|they|was|were|is|are|had|has|have|would|will|not)\b)",
    re.I,
)
AND_CLAUSE = re.compile(r"\s+and\s+(?:the|an?|its|their|only|most|all|some)\b", re.I)
OF_WHOM = re.compile(
    r"\s*of\s+(?:whom|which|(?:these|those|them)(?!\s+(?:who|in|that|with|on|at|placed|aged|looked|living"
    r"|(?!was\b|has\b|is\b)[a-z]{3,}s)\b)|this\s+group)\b,?\s*",
    re.I,
)
OF = re.compile(r"\s*of\s+(?:the\s+|a\s+|an\s+)?(?:(?:total|overall)\s+(?=number))?", re.I)
CASES = re.compile(rf"\s*of\s+(?:the\s+|all\s+)?{alternation(words('case'))}\b", re.I)
THAN = re.compile(
    r"\s*(?:(?:percentage\s+)?points?\s+)?(?:lower|higher|less|more|fewer|better|worse|above|below|up|down)\b(?!\s+[a-z]+s\b)",
    re.I,
)
_COMPARATORS = [word for row in by_kind("percentages", "before") for word in row.words if word[0].isalpha()]
COMPARATOR = re.compile(rf"(?:\b{alternation([*_COMPARATORS, *words('comparator')])}\s+|[~<>≈]\s?)+\Z", re.I)
THE = re.compile(r"(?:(?:the|an?)\s+)+", re.I)
NOUN = re.compile(
    rf"\s+(?!(?:{alternation(words('auxiliary', 'stop', 'particle', 'against', 'preposition', 'within'))}"
    r"|an?|the|per|each|and|or|who|that|more|less|lower|higher)\b)[A-Za-z]",
    re.I,
)
NOTHING = re.compile(
    rf"\s*(?:[,.;:)|]|\Z|(?:there|and|or|but|as)\b|(?:an?|per|each)\s+{_RATE}\b)",
    re.I,
)
PREPOSED = re.compile(
    rf"(?:\A|[.,;:]\s+|\b(?:and|but|that)\s+){alternation(words('preposition'))}\s[^,;]{{1,60}},?\s*\Z"
    r"|(?:,|\b(?:and|but|or|that))\s*\Z",
    re.I,
)
THIS = re.compile(
    r"[\s,]*(?:(?:which|this|that|having|being)\s*)?|(?:(?!\band\b)[^,;:]){0,40},\s*(?:(?:which|that|having)\s*)?", re.I
)
THERE = re.compile(r"\bthere\s+(?:\w+\s+)?(?:was|were|is|are|been|be)\s+(?:\w+\s+)?\Z", re.I)
FOR = re.compile(r"\bfor\s+\Z", re.I)
ACCOUNTS = re.compile(r"\b(?:account(?:s|ed|ing)?|responsible)\s+\Z", re.I)
DETERMINED = re.compile(r"\b(?:an?|the|its|their|any)\s+\Z", re.I)
APART = re.compile(r"(?:,|\b(?:and|but|while|whereas))\s+", re.I)
FALL_OF = re.compile(
    rf"(?:\s+(?:in|at|during|for|on|over|within)\s[^,;.]{{1,40}})?\s*,\s*(?:an?|the)\s+(?:[a-z]+\s+)?"
    rf"{alternation(words('rise', 'fall'))}\s+of\s+",
    re.I,
)
IT_WAS = re.compile(
    rf"\b(?:this|that|it|which)\s+(?:{alternation(words('auxiliary', 'carrying'))}\s+){{1,2}}an?\s+(?:[a-z]+\s+)?"
    rf"{alternation(words('rise', 'fall'))}\s+of\s+\Z",
    re.I,
)
UPON = re.compile(r"\s+(?:the|its|their|all|our)\s+[a-z]", re.I)
FOR_WHAT = re.compile(
    r"\s+for\s+(?!(?:all|each|every|both|more|less|the\s+(?:year|period|first|next|last))\b)(?=[a-z])", re.I
)
IN = re.compile(r"\s+(?:in|to|on)\s+(?=[a-z])")
ASIDE = re.compile(  # "4% (Avon and Wye) to 14%", "£3,950 a week on average in 2019/20 and £4,780"
    rf"(?:\s*\([^()]{{0,80}}\))?(?:\s+(?:an?|per|each)\s+{_RATE}\b)?(?:\s+on\s+average\b)?",
    re.I,
)
LEAD = re.compile(r"\s*(?:in|for|during)?\s*", re.I)
HEAD = re.compile(r"\b(?:of|at|equal\s+to|equivalent\s+to|worth|linked\s+to|costing|by)\s+\Z", re.I)
