import io
import json
import os
import signal
import sys
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml

from coach.errors import UploadError, WeightsMissing
from coach.library import extract, shelf, uploads
from coach.library.chunks import LONGEST, SHORTEST, chunks
from coach.library.extract import Section
from coach.library.uploads import Uploads, file_name
from coach.models.embeddings import MiniLM
from tests import hostile
from tests.hostile import HOSTILE_NAMES, QUESTION, TEXTS, Hostile

NOTES = hostile.BEFORE.encode()
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Uploads:
    """Uploads that read in this process, without weights."""

    def read(name: str, data: bytes) -> tuple[str, int, list[Section]]:
        got = extract.extract(data)
        return got.kind, got.pages, [*got.sections]

    monkeypatch.setattr(uploads, "_read", read)
    return Uploads(tmp_path / "data", tmp_path / "cache", MiniLM(tmp_path / "empty"))


def kept(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.rglob("*") if p.is_file())


# What is read


def test_characters_that_nobody_sees_go_and_all_others_stay() -> None:
    assert extract.clean("a\u200bb\u202ec\u2066d\ufefff\x00\x1b\x7f\x9b\U000e0041\u3164\ud800g") == "abcdfg"
    assert extract.clean("one\r\ntwo\rthree\u2028four\x0cfive\x85six") == "one\ntwo\nthree\nfour\nfive\nsix"
    assert extract.clean("  a\u00a0 \t b  \n\n\n\n c ") == "a b\n\nc"
    plain = "Gr\u00fc\u00dfe \u4f60\u597d \u2014 ![x](http://y) <b>ignore</b> $a$ {b}"
    assert extract.clean(plain) == plain


def test_what_a_file_is_its_content_says() -> None:
    assert extract.extract(hostile.pdf([hostile.BEFORE])).kind == "pdf"
    assert extract.extract(hostile.word(hostile.BEFORE)).kind == "docx"
    assert extract.extract(NOTES).kind == "text"
    assert extract.extract(hostile.BEFORE.encode("utf-16")).sections[0].text == hostile.BEFORE
    assert extract.extract(b"\xef\xbb\xbf" + NOTES).sections[0].text == hostile.BEFORE


def test_a_pdf_keeps_its_page_numbers() -> None:
    got = extract.extract(hostile.pdf(["first page", "", "third (page)"]))
    assert got.pages == 3
    assert got.sections == (Section(1, "", "first page"), Section(3, "", "third (page)"))


def test_a_pdf_that_opens_without_a_password_is_read() -> None:
    got = extract.extract(hostile.locked(hostile.pdf([hostile.BEFORE]), ""))
    assert got.sections[0].text == hostile.BEFORE


def test_a_short_pdf_is_no_scan_and_a_stamped_picture_is_one() -> None:
    assert extract.extract(hostile.pdf(["Call Ana."])).sections[0].text == "Call Ana."
    with pytest.raises(extract.Refused, match="scanned"):
        extract.extract(hostile.pdf(["Call Ana."], picture=True))


def test_markdown_is_read_by_headings_but_not_in_code() -> None:
    got = extract.extract(b"before\n\n# One #\n\ntext\n```\n# no heading\n```\n## Two\n#tag\n### Three\n")
    assert [(s.heading, s.text) for s in got.sections] == [
        ("", "before"),
        ("One", "text\n```\n# no heading\n```"),
        ("Two", "#tag"),
        ("Three", ""),
    ]


def test_a_word_document_is_read_with_tables_boxes_and_lists() -> None:
    document = docx.Document()
    document.add_heading("Experience", 1)
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "2021", "Analyst"
    table.cell(0, 0).merge(table.cell(0, 1))
    document.add_paragraph("Teaching", style="List Bullet")
    box = "<w:txbxContent><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:txbxContent>"
    compat = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    for part in (
        f"<w:sdt {W}><w:sdtContent><w:p><w:r><w:t>A form field</w:t></w:r></w:p></w:sdtContent></w:sdt>",
        f"<w:p {W} {compat}><w:r><w:t>Outside</w:t><w:tab/><w:t>tab</w:t></w:r><mc:AlternateContent><mc:Choice "
        f'Requires="x">{box.format("In a box")}</mc:Choice><mc:Fallback>{box.format("In a box")}</mc:Fallback>'
        "</mc:AlternateContent></w:p>",
        f"<w:p {W}><w:del><w:r><w:delText>struck out</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>put in</w:t></w:r></w:ins></w:p>",
    ):
        document.element.body.insert(-1, parse_xml(part))
    out = io.BytesIO()
    document.save(out)
    (section,) = extract.extract(out.getvalue()).sections
    assert section.heading == "Experience"
    assert section.text.split("\n\n") == [
        "2021", "Analyst", "- Teaching", "A form field", "Outside tab", "In a box", "put in",
    ]  # fmt: skip


# Passages


def test_passages_have_40_to_130_words_and_lose_none() -> None:
    paragraph = "My mentor cancelled again. I waited for an hour; then I went home and wrote this down. "
    text = "\n\n".join(paragraph * n for n in (1, 30, 2, 3, 11, 8))
    found = [text for _, text in chunks([Section(None, "Diary", text)])]
    assert " ".join(found).split() == text.split()
    sizes = [len(f.split()) for f in found]
    assert max(sizes) <= LONGEST
    assert min(sizes[:-1]) >= SHORTEST
    assert all(f.endswith(".") for f in found)


@pytest.mark.parametrize(
    "text", ["x" * 9_000, "word " * 3_000, "\u5bfc\u5e08\u53d6\u6d88\u4e86\u4f1a\u8bae\u3002" * 5_000, "a\n" * 900]
)
def test_any_script_is_cut_and_kept_whole(text: str) -> None:
    found = [piece for _, piece in chunks([Section(None, "", text)])]
    assert "".join("".join(found).split()) == "".join(text.split())
    assert all(len(piece.split()) <= LONGEST and len(piece) <= 8 * LONGEST for piece in found)


def test_pages_stay_apart_and_short_sections_join() -> None:
    assert [place for place, _ in chunks([Section(1, "", "one"), Section(2, "", "two")])] == ["page 1", "page 2"]
    short = [Section(None, "Skills", "Python"), Section(None, "Languages", ""), Section(None, "Awards", "None yet")]
    assert [*chunks(short)] == [("Skills", "Python\n\nLanguages\n\nAwards\n\nNone yet")]
    long = "A whole sentence set as a heading " * 5
    assert [text for _, text in chunks([Section(None, long.strip(), "Body")])] == [f"{long.strip()}\n\nBody"]


def test_a_passage_is_marked_as_the_users_own(own: Uploads) -> None:
    own.add("ana", "guide.pdf", hostile.pdf(["nothing", hostile.BEFORE]))
    own.add("ana", "notes.md", b"# Library: The Science of Mentorship\n\n" + hostile.AFTER.encode())
    first, page, section = own.passages("ana").values()
    assert (page.heading, page.title, page.path) == ("your document, page 2", "guide.pdf", "your documents/guide.pdf")
    assert section.heading == "your document, Library: The Science of Mentorship"
    for passage in (first, page, section):
        assert passage.id.startswith(f"your-document/{passage.title}#")
        assert (passage.kind, passage.topic, passage.sources) == ("document", "your document", ())
        assert passage.audience == ("mentee", "mentor")


# Hostile texts and names


def test_there_are_many_hostile_documents_and_none_twice() -> None:
    assert len(TEXTS) >= 30
    assert len({h.name for h in TEXTS}) == len({h.attack for h in TEXTS}) == len(TEXTS)
    assert all(h.marks for h in TEXTS)


@pytest.mark.parametrize("case", TEXTS, ids=lambda h: h.name)
def test_orders_in_a_document_are_its_text_and_nothing_else(own: Uploads, case: Hostile, tmp_path: Path) -> None:
    record = own.add("ana", "notes.md", case.data)
    passages = own.passages("ana")
    said = " ".join(f"{p.heading} {p.text}" for p in passages.values())
    assert not set(said) & {"\u200b", "\u202e", "\x1b", "\U000e0053"}
    # Nothing is left out or made harmless: only a heading's own sign is read as one.
    assert [w for w in extract.clean(case.attack).split() if w.strip("#") and w not in said] == []
    for passage in passages.values():
        assert (passage.kind, passage.title, passage.topic) == ("document", "notes.md", "your document")
        assert passage.heading.startswith("your document")
        assert passage.path == "your documents/notes.md"
    assert own.list("ana") == [record]
    assert kept(tmp_path) == [f"{record.id}.json"]
    assert own.search("ana", QUESTION)


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_name_is_only_shown(own: Uploads, name: str, tmp_path: Path) -> None:
    record = own.add("ana", name, NOTES)
    assert 0 < len(record.name) <= 90
    assert not set(record.name) & set("/\\<>[]|`\x00\n\r\u202e")
    assert not record.name.startswith(".")
    assert kept(tmp_path) == [f"{record.id}.json"]


def test_names_are_readable_and_numbered() -> None:
    assert file_name("C:\\Users\\me\\My CV (final).pdf") == "My CV (final).pdf"
    assert file_name("cv.pdf", {"cv.pdf"}) == "cv (2).pdf"
    assert file_name("cv.pdf", {"cv.pdf", "cv (2).pdf"}) == "cv (3).pdf"


# What is kept


def test_the_same_text_is_one_document_and_a_new_version_another(own: Uploads) -> None:
    first = own.add("ana", "notes.txt", NOTES)
    assert own.add("ana", "copy.md", NOTES + b"\n\n") == first
    second = own.add("ana", "notes.txt", NOTES + b" Changed.")
    assert [d.name for d in own.list("ana")] == ["notes.txt", "notes (2).txt"]
    assert second.words == first.words + 1
    assert len({p.path for p in own.passages("ana").values()}) == 2


def test_the_original_is_not_kept_and_others_cannot_read_the_text(own: Uploads, tmp_path: Path) -> None:
    record = own.add("ana", "guide.pdf", hostile.pdf([hostile.BEFORE]))
    (file,) = (p for p in tmp_path.rglob("*") if p.is_file())
    assert json.loads(file.read_text())["sections"] == [{"page": 1, "heading": "", "text": hostile.BEFORE}]
    assert file.stem == record.id
    if os.name == "posix":
        assert file.stat().st_mode & 0o077 == 0


def test_users_do_not_see_each_others_documents(own: Uploads, tmp_path: Path) -> None:
    record = own.add("ana", "notes.txt", NOTES)
    for other in ("Ana", "", "../ana", "ana/", "an\u0430"):
        assert own.list(other) == []
        assert own.search(other, QUESTION) == own.rank(other, QUESTION) == []
        with pytest.raises(UploadError, match="no such document"):
            own.delete(other, record.id)
        own.add(other, "mine.txt", other.encode() + b" and more")
    assert [d.name for d in own.list("ana")] == ["notes.txt"]
    assert {p.parent.parent for p in tmp_path.rglob("*.json")} == {tmp_path / "data"}


def test_a_deleted_document_is_gone(own: Uploads, tmp_path: Path) -> None:
    first, second = own.add("ana", "a.txt", NOTES), own.add("ana", "b.txt", hostile.AFTER.encode())
    own.delete("ana", first.id)
    assert own.list("ana") == [second]
    assert {p.title for p in own.passages("ana").values()} == {"b.txt"}
    for unknown in (first.id, "", "../../secret", "*"):
        with pytest.raises(UploadError, match="no such document"):
            own.delete("ana", unknown)
    assert kept(tmp_path) == [f"{second.id}.json"]


def test_what_another_process_adds_is_seen(own: Uploads, tmp_path: Path) -> None:
    assert own.list("ana") == []
    Uploads(tmp_path / "data", tmp_path / "other", MiniLM(tmp_path / "empty")).add("ana", "cli.txt", NOTES)
    assert [d.name for d in own.list("ana")] == ["cli.txt"]
    assert own.search("ana", QUESTION)


def test_a_full_disk_leaves_nothing(own: Uploads, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shelf.os, "fsync", full)
    with pytest.raises(UploadError, match=r"cannot be kept in .*; set COACH_DATA_DIR"):
        own.add("ana", "notes.txt", NOTES)
    assert kept(tmp_path) == []
    assert own.list("ana") == []


def test_a_kept_file_that_is_spoilt_does_not_hide_the_others(own: Uploads, tmp_path: Path) -> None:
    record = own.add("ana", "notes.txt", NOTES)
    (folder,) = {p.parent for p in tmp_path.rglob("*.json")}
    (folder / "0000.json").write_text("{")
    (folder / "0001.json").write_text('{"sections": [], "added": "never"}')
    assert own.list("ana") == [record]


def test_a_user_has_a_most_of_documents(own: Uploads, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MAX_DOCUMENTS", 1)
    own.add("ana", "a.txt", NOTES)
    with pytest.raises(UploadError, match="which is the most; delete one"):
        own.add("ana", "b.txt", b"other words")


def test_without_weights_search_goes_by_words(own: Uploads) -> None:
    own.add("ana", "guide.txt", b"The programme asks each pair to sign an agreement in the first month.")
    own.add("ana", "notes.txt", NOTES)
    assert [h.passage.title for h in own.search("ana", "Who signs the agreement?")] == ["guide.txt"]
    assert [h.passage.title for h in own.search("ana", QUESTION)] == ["notes.txt"]
    assert own.search("ana", "How do I bake bread in the first oven?") == []
    assert own.rank("ana", "zygote") == own.rank("ana", "") == own.rank("ana", "do the") == []
    with pytest.raises(WeightsMissing):
        own.reindex("ana")
    assert own.reindex("nobody").total == 0


# The worker's process


def stub(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    monkeypatch.setattr(uploads, "COMMAND", (sys.executable, "-c", code))


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("print('no json')", "is damaged"),
        ("print('[]')", "is damaged"),
        ("""print('{"error": "unheard of"}')""", "is damaged"),
        ("""print('{"kind": "pdf"}')""", "is damaged"),
        ("import os; os.abort()", "is damaged"),
        (f"import os; os.kill(os.getpid(), {int(signal.SIGXCPU)})", "takes too long"),
        ("import time; time.sleep(60)", "takes too long"),
    ],
)
def test_a_worker_that_fails_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, says: str
) -> None:
    stub(monkeypatch, code)
    monkeypatch.setattr(uploads, "SECONDS", 0.5)
    with pytest.raises(UploadError, match=f"^notes.txt {says} .*;.*\\.$"):
        Uploads(tmp_path / "data", tmp_path / "cache", MiniLM(tmp_path)).add("ana", "notes.txt", NOTES)
    assert kept(tmp_path) == []


def test_a_worker_that_cannot_start_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "COMMAND", (str(tmp_path / "none"),))
    with pytest.raises(UploadError, match="cannot be read now"):
        Uploads(tmp_path / "data", tmp_path / "cache", MiniLM(tmp_path)).add("ana", "notes.txt", NOTES)


def test_the_worker_is_told_no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    monkeypatch.setenv("COACH_CHAT__API_KEY", "sk-secret")
    shown = "dict(kind='text', pages=0, sections=[dict(page=None, heading='', text=repr(dict(os.environ)))])"
    stub(monkeypatch, f"import json, os; print(json.dumps({shown}))")
    _, _, sections = uploads._read("x", NOTES)
    assert "PATH" in sections[0].text
    assert "secret" not in sections[0].text


def test_every_refusal_says_what_to_do_next() -> None:
    for code, sentence in uploads.REFUSALS.items():
        assert sentence.startswith("{} "), code
        assert sentence.count(".") == 1, code
        assert sentence.endswith("."), code
        assert ";" in sentence, code
