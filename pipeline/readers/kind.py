"""What a file really is, whatever its name says."""

import re
import zipfile
from pathlib import Path

HTML, PDF, DOCX, PARQUET = "html", "pdf", "docx", "parquet"
HEAD = 4096  # bytes that are looked at
RESAVE = "Open it in its own program and save it as .docx, .pdf or .txt."
UNPACK = "Unpack it and give the folder."
SCAN = "Run OCR on it first."
OLD_OFFICE = b"\xd0\xcf\x11\xe0"  # .doc and .xls, and also .docx with a password
# Bytes at the start, what they tell, what to do.
FOREIGN = (
    (OLD_OFFICE, "an old or locked Office file", RESAVE),
    (b"{\\rtf", "RTF", RESAVE),
    (b"\x1f\x8b", "a compressed file", UNPACK),
    (b"\x89PNG", "a picture", SCAN),
    (b"\xff\xd8\xff", "a picture", SCAN),
    (b"II*\x00", "a picture", SCAN),
)
# Part of a zip file, what it tells.
ZIPPED = (
    ("xl/", "an Excel workbook"),
    ("ppt/", "a PowerPoint file"),
    ("mimetype", "an OpenDocument file"),
)
PREAMBLE = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--[^>]{0,400}-->\s*)?")
MARKUP = re.compile(
    rb"<(?:!doctype html"
    rb"|(?:html|head|body|title|meta|link|style|script|div|span|section|article|main|table|ul|ol|p|h[1-6])[\s>])",
    re.IGNORECASE,
)


def kind(path: Path, head: bytes) -> tuple[str, str]:
    """What the file at path is, by its first bytes.

    RETURNS (tuple[str, str]): The name of its reader and nothing; or what it is, if nobody reads that, and what to do;
        or twice nothing if it is some kind of text.
    """
    if b"%PDF-" in head[:1024]:
        return PDF, ""
    if head.startswith(b"PAR1"):
        return PARQUET, ""
    if head.startswith(b"PK\x03\x04"):
        return _zip_kind(path)
    for start, found, advice in FOREIGN:
        if head.startswith(start):
            return found, advice
    if b"MIME-Version:" in head and b"multipart/related" in head:
        return "a web archive (MHTML)", "Open it in a browser and save it as `Webpage, HTML only`."
    preamble = PREAMBLE.match(head)
    return (HTML, "") if MARKUP.match(head, preamble.end() if preamble else 0) else ("", "")


def _zip_kind(path: Path) -> tuple[str, str]:
    """Office documents are zip files; one that is broken is left to the Word reader to report."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError):
        return DOCX, ""
    for part, found in ZIPPED:
        if any(name.startswith(part) for name in names):
            return found, RESAVE
    return (DOCX, "") if "[Content_Types].xml" in names else ("a zip file", UNPACK)
