"""Bytes to characters, and mending of text that we put together ourselves."""

import codecs
import re

import ftfy

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it starts with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
SAMPLE = 4096
FEW = 4  # characters that tell nothing yet
ONE_BYTE = re.compile(r"iso-8859-(?!1$)\d{1,2}|windows-125[013-8]")  # browsers, too, read iso-8859-1 as windows-1252
# The five bytes that windows-1252 leaves open become control characters, as in browsers.
WINDOWS_1252 = {byte: bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(128, 256)}
ESCAPED = {0xDC00 + byte: char for byte, char in WINDOWS_1252.items()}
STRAY = re.compile("[\udc80-\udcff]")  # what "surrogateescape" makes of a byte that is no UTF-8
NOT_ASCII = re.compile(r"[^\x00-\x7f]")

MENDING = ftfy.TextFixerConfig(uncurl_quotes=False, unescape_html=False, normalization="NFC")
PLAIN = re.compile(r"[\t\n -~\u00a0£–—‘’“”•·…]*")  # what no mojibake is made of alone, so most lines need no look
INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")  # soft hyphen, zero-width space, word joiner, stray mark


def unmarked_utf_16(data: bytes) -> str:
    """The UTF-16 that data must be although no mark says so, else empty: every other byte of plain text is zero."""
    sample = data[:SAMPLE]
    half = len(sample) // 2
    if half < FEW:
        return ""
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd > half * 0.6 and even < half * 0.1:
        return "utf-16-le"
    if even > half * 0.6 and odd < half * 0.1:
        return "utf-16-be"
    return ""


def decode(data: bytes, declared: str = "") -> tuple[str, str]:
    """The text of data, and the encoding that was used.

    Tried in this order: byte order mark, UTF-16 by its zero bytes, UTF-8, the declared encoding, windows-1252. UTF-8
    goes before the declaration because scripts save pages as UTF-8 and leave the old declaration standing. Stray bytes
    of windows-1252 in UTF-8, from texts pasted together, are read as what they are.

    declared (str): What the file says about itself; only encodings of one byte count.
    """
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace"), encoding
    if encoding := unmarked_utf_16(data):
        return data.decode(encoding, "replace"), encoding
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    if ONE_BYTE.fullmatch(declared.lower()):
        return data.decode(declared, "replace"), declared.lower()
    text = data.decode("utf-8", "surrogateescape")
    if 2 * len(STRAY.findall(text)) > len(NOT_ASCII.findall(text)):
        return data.decode("latin-1").translate(WINDOWS_1252), "windows-1252"
    return text.translate(ESCAPED), "utf-8 and windows-1252"


def mend(text: str) -> str:
    """Repair mojibake, ligatures and control characters, and drop invisible ones: before offsets exist, never after."""
    lines = text.splitlines(keepends=True)
    return "".join(line if PLAIN.fullmatch(line) else INVISIBLE.sub("", ftfy.fix_text(line, MENDING)) for line in lines)
