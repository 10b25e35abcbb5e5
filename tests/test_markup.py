"""The example parser refuses whatever it does not understand, so that no case goes quiet."""

import pytest

from tests.markup import parse


def test_parse():
    example = parse('a <RESOLUTION body="x y" number=1>b <PERCENTAGE low=5>5%</PERCENTAGE></RESOLUTION>\\nc  ## why')
    assert example.text == "a b 5%\nc"
    assert example.reason == "why"
    assert example.spans == [
        (2, 6, "RESOLUTION", {"body": "x y", "number": "1"}),
        (4, 6, "PERCENTAGE", {"low": "5"}),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "<PERCENTAGE>5%",
        "5%</PERCENTAGE>",
        "<PERCENTAGE>5%</DATE_RANGE>",
        "<PERCENT>5%</PERCENT>",
        "<PERCENTAGE></PERCENTAGE>",
        "<PERCENTAGE low=>5%</PERCENTAGE>",
        "<PERCENTAGE 5%</PERCENTAGE>",
    ],
)
def test_refused(line):
    with pytest.raises(ValueError, match=r"unknown|closes|never|empty|broken"):
        parse(line)
