"""The worker that reads one document: `python -m coach.library.extract FILE` prints its text, or why not, as JSON.

It runs as a process of its own, under limits on memory, time and what it may write, so that a document made to break a
parser breaks only this process. The parsers are imported after the limits are set. What the file is, its first bytes
say; its name is never asked.
"""

from __future__ import annotations

import io
import json
import re
import sys
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

MAX_BYTES = 5_000_000
MAX_PAGES = 200
MAX_CHARACTERS = 400_000
MAX_UNPACKED = 50_000_000  # bytes of all members of a DOCX
MAX_RATIO = 200  # unpacked to packed; Word's own files stay near 10
MAX_MEMBERS = 2_000
MEMORY = 1 << 30
CPU_SECONDS = 20
LETTERS_A_PAGE = 20  # a page of pictures with fewer holds a scanner's stamp, not its text
TAIL = 4096  # bytes at the end in which a whole PDF has its end mark
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # old Office files, and new ones under a password
MARKUP = ("{\\rtf", "%!PS", "<!doctype", "<html", "<?xml")
ATX = re.compile(r"#{1,6}[ \t]+(.+?)[ \t]*#*")
FENCE = re.compile(r"[ \t]{0,3}(?:```|~~~)")


class Refused(Exception):
    """The document cannot be used; `code` says why.

    Codes: broken, empty, encrypted, not_a_document, scanned, too_large, too_many_pages.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Section:
    """The text of a page, or under a heading; `page` counts from 1 and is None where there are no pages."""

    page: int | None
    heading: str
    text: str


@dataclass(frozen=True)
class Extracted:
    """The text of a document; kind is pdf, docx or text."""

    kind: str
    pages: int
    sections: tuple[Section, ...]


class _Visible(dict[int, int | None]):
    """A table for `str.translate` that drops what nobody sees: control, zero-width, bidi and tag characters."""

    def __missing__(self, code: int) -> int | None:
        kind = unicodedata.category(chr(code))
        self[code] = None if kind in ("Cc", "Cf", "Cs", "Co") or code in INVISIBLE else 32 if kind == "Zs" else code
        return self[code]


INVISIBLE = frozenset([0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0, *range(0xFE00, 0xFE10)]).union(
    range(0xE0000, 0xE1000)
)  # fillers, variation selectors and tags: letters by category, yet without a shape
_VISIBLE = _Visible({9: 9, 10: 10, 0x2028: 10, 0x2029: 10, 0xF0B7: 0x2022})  # the last is Word's bullet in a PDF


def clean(text: str) -> str:
    """The text without characters that nobody sees. What it says is left as it is: it is data."""
    lines = re.sub(r"\r\n?|[\x0b\x0c\x85]", "\n", text).translate(_VISIBLE).split("\n")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(re.sub(r"[ \t]+", " ", line).strip() for line in lines)).strip()


def extract(data: bytes) -> Extracted:
    """The text of a document.

    Raises:
        Refused: the document cannot be used.
    """
    if len(data) > MAX_BYTES:
        raise Refused("too_large")
    if not data.strip():
        raise Refused("empty")
    if data[:1024].lstrip(b"\xef\xbb\xbf\r\n\t ").startswith(b"%PDF-"):
        return _pdf(data)
    if data.startswith(b"PK\x03\x04"):
        return _docx(data)
    if data.startswith(OLE):
        raise Refused("encrypted" if "EncryptedPackage".encode("utf-16-le") in data else "not_a_document")
    return _text(data)


def _pdf(data: bytes) -> Extracted:
    from pypdf import PasswordType, PdfReader
    from pypdf.errors import DependencyError, FileNotDecryptedError, LimitReachedError

    if b"%%EOF" not in data[-TAIL:]:
        raise Refused("broken")  # the parser would mend it and silently lose pages
    try:
        reader = PdfReader(io.BytesIO(data))
        # A document under an empty password opens for everyone; what is barred is printing or changing it.
        if reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED:
            raise Refused("encrypted")
        count = len(reader.pages)
        if count > MAX_PAGES:
            raise Refused("too_many_pages")
        if not count:
            raise Refused("broken")
        pages = (Section(n, "", clean(page.extract_text())) for n, page in enumerate(reader.pages, 1))
        sections = _within(pages)
        letters = sum(c.isalnum() for s in sections for c in s.text)
        if not letters or (letters < LETTERS_A_PAGE * count and any(_pictured(page) for page in reader.pages)):
            raise Refused("scanned")
    except (DependencyError, FileNotDecryptedError) as error:
        raise Refused("encrypted") from error
    except LimitReachedError as error:
        raise Refused("too_large") from error
    return Extracted("pdf", count, sections)


def _pictured(page: object) -> bool:
    resources = page.get("/Resources") if isinstance(page, dict) else None
    objects = resources.get_object().get("/XObject") if resources is not None else None
    return objects is not None and any(
        o.get_object().get("/Subtype") == "/Image" for o in objects.get_object().values()
    )


def _docx(data: bytes) -> Extracted:
    import docx
    from docx.oxml.ns import qn

    pictures = _check_zip(data)
    document = docx.Document(io.BytesIO(data))
    styles = {s.style_id: (s.name or "").lower() for s in document.styles}
    fallback = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
    flow: list[tuple[bool, str]] = []
    # Every paragraph of the body in order, so that tables, text boxes and form fields are read like running text.
    for paragraph in document.element.body.iter(qn("w:p")):
        if next(paragraph.iterancestors(fallback), None) is not None:
            continue  # the same text box again, for old programs
        words = []
        for node in paragraph.iter(qn("w:t"), qn("w:tab"), qn("w:br")):
            if node.getparent().tag == qn("w:r") and next(node.iterancestors(qn("w:p"))) is paragraph:
                words.append((node.text or "") if node.tag == qn("w:t") else " ")
        if text := clean("".join(words)):
            style = styles.get(paragraph.style, "")
            item = style.startswith("list") or (paragraph.pPr is not None and paragraph.pPr.numPr is not None)
            flow.append((style.startswith(("heading", "title")), f"- {text}" if item else text))
    sections = _within(_under_headings(flow, "\n\n"))
    if not _readable(sections):
        raise Refused("scanned" if pictures else "empty")
    return Extracted("docx", 0, sections)


def _check_zip(data: bytes) -> bool:
    """Refuse what is no DOCX or is made to grow; returns whether there are pictures."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        members = package.infolist()
        # zipfile reads no more of a member than the size checked here.
        unpacked = sum(m.file_size for m in members)
        if len(members) > MAX_MEMBERS or unpacked > min(MAX_UNPACKED, MAX_RATIO * len(data)):
            raise Refused("too_large")
        names = [m.filename for m in members]
        if not any(re.fullmatch(r"word/document\d*\.xml", name) for name in names):
            raise Refused("not_a_document")
        if any(m.flag_bits & 1 for m in members):
            raise Refused("encrypted")
        for name in names:
            if name.endswith((".xml", ".rels")):
                # Word writes no document type; entities are defined there, and only there.
                plain = package.read(name).replace(b"\0", b"")
                if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
                    raise Refused("broken")
    return any(name.startswith("word/media/") for name in names)


def _text(data: bytes) -> Extracted:
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused("not_a_document") from error
    if "\0" in text or text.lstrip().lower().startswith(tuple(m.lower() for m in MARKUP)):
        raise Refused("not_a_document")
    fenced = False
    flow: list[tuple[bool, str]] = []
    for line in clean(text).split("\n"):
        fenced ^= bool(FENCE.match(line))
        heading = None if fenced else ATX.fullmatch(line)
        flow.append((True, heading[1]) if heading else (False, line))
    sections = _within(_under_headings(flow, "\n"))
    if not _readable(sections):
        raise Refused("empty")
    return Extracted("text", 0, sections)


def _under_headings(flow: Iterable[tuple[bool, str]], joint: str) -> Iterator[Section]:
    heading = ""
    body: list[str] = []
    for starts, text in flow:
        if starts:
            if heading or body:
                yield Section(None, heading, joint.join(body).strip())
            heading, body = " ".join(text.split()), []
        else:
            body.append(text)
    yield Section(None, heading, joint.join(body).strip())


def _within(sections: Iterable[Section]) -> tuple[Section, ...]:
    """The sections that hold anything; stops reading as soon as there is too much."""
    kept: list[Section] = []
    total = 0
    for section in sections:
        total += len(section.heading) + len(section.text)
        if total > MAX_CHARACTERS:
            raise Refused("too_large")
        if section.heading or section.text:
            kept.append(section)
    return tuple(kept)


def _readable(sections: Iterable[Section]) -> bool:
    return any(c.isalnum() for s in sections for c in s.heading + s.text)


def limit() -> None:
    """Bound this process in memory, CPU time and files (none may be written), where the platform can."""
    if sys.platform == "win32":
        return
    import resource

    for what, soft, hard in (
        (resource.RLIMIT_AS, MEMORY, MEMORY),
        (resource.RLIMIT_CPU, CPU_SECONDS, CPU_SECONDS + 1),  # the soft one ends with a signal of its own
        (resource.RLIMIT_CORE, 0, 0),
        (resource.RLIMIT_FSIZE, 0, 0),
    ):
        with suppress(ValueError, OSError):  # macOS knows no limit of the address space
            resource.setrlimit(what, (soft, hard))


def main(path: str) -> str:
    """What the parent reads: an `Extracted` or `{"error": code}`, as ASCII JSON."""
    try:
        limit()
        return json.dumps(asdict(extract(Path(path).read_bytes())))
    except Refused as refused:
        return json.dumps({"error": refused.code})
    except MemoryError:
        return json.dumps({"error": "too_large"})
    except Exception:  # parsers fail on bad input in ways of their own
        return json.dumps({"error": "broken"})


if __name__ == "__main__":
    answer = sys.stdout
    sys.stdout = sys.stderr  # whatever a parser prints is not the answer
    answer.write(main(sys.argv[1]))
