import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from coach.errors import UploadError
from coach.library import uploads
from coach.library.uploads import Uploads
from coach.models import weights
from coach.models.embeddings import MiniLM
from coach.settings import load_settings
from tests import hostile
from tests.hostile import QUESTION

GUIDE = (
    "Each pair signs a mentoring agreement within the first month. The agreement says how often the pair meets, who "
    "writes the agenda, and how either side ends the mentoring without giving reasons.\n\n"
)
CASES = {name: (data, code) for name, data, code in hostile.files()}


@pytest.fixture(scope="module")
def embedder() -> MiniLM:
    cache = load_settings().cache_dir
    for each in (weights.VOCABULARY, weights.EMBEDDER):
        weights.pull(each, cache, weights.quiet)
    return MiniLM(cache)


@pytest.fixture
def own(tmp_path: Path, embedder: MiniLM) -> Uploads:
    return Uploads(tmp_path / "data", tmp_path / "cache", embedder)


@pytest.mark.parametrize("name", CASES)
def test_a_refusal_is_a_clear_sentence_and_leaves_nothing(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "temp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temp"))
    data, code = CASES[name]
    own = Uploads(tmp_path / "data", tmp_path / "cache", MiniLM(tmp_path / "empty"))
    with pytest.raises(UploadError) as refused:
        own.add("ana", name, data)
    assert refused.value.user_message == uploads.REFUSALS[code].format(name)
    assert [*tmp_path.rglob("*")] == [tmp_path / "temp"]
    assert own.list("ana") == []


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("guide.pdf", hostile.pdf([GUIDE.strip()]), "pdf"),
        ("guide.txt", hostile.pdf([GUIDE.strip()]), "pdf"),
        ("guide.pdf", hostile.word(GUIDE), "docx"),
        ("guide.exe", GUIDE.encode(), "text"),
        ("guide", ("# Guide\n" + GUIDE).encode("utf-16"), "text"),
    ],
)
def test_a_document_is_read_by_its_content(name: str, data: bytes, kind: str, tmp_path: Path) -> None:
    own = Uploads(tmp_path / "data", tmp_path / "cache", MiniLM(tmp_path / "empty"))
    assert own.add("ana", name, data).kind == kind
    assert own.rank("ana", "When is the agreement signed?")[0].passage.text.startswith("Each pair signs")


@pytest.mark.parametrize("case", hostile.TEXTS[::6], ids=lambda h: h.name)
@pytest.mark.parametrize("make", [hostile.word, lambda text: hostile.pdf([text], hidden=True)], ids=["docx", "pdf"])
def test_hostile_words_are_read_like_any_others(case: hostile.Hostile, make: object, tmp_path: Path) -> None:
    assert callable(make)
    own = Uploads(tmp_path / "data", tmp_path / "cache", MiniLM(tmp_path / "empty"))
    own.add("ana", "notes", make(case.text))
    assert {(p.kind, p.title, p.path) for p in own.passages("ana").values()} == {
        ("document", "notes", "your documents/notes")
    }


def worker(code: str) -> str:
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    return run.stdout.strip() or run.stderr


def test_the_worker_cannot_take_the_machines_memory_or_write_files(tmp_path: Path) -> None:
    start = "from coach.library import extract; extract.limit();"
    assert "MemoryError" in worker(f"{start} bytearray(2 << 30)")
    assert "File too large" in worker(f"{start} open({str(tmp_path / 'x')!r}, 'w', buffering=1).write('a' * 99999)")
    seen = worker(f"{start} import resource; print(resource.getrlimit({resource.RLIMIT_CPU}))")
    assert seen == "(20, 21)"


def test_a_document_that_needs_too_much_memory_is_too_large(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"x")
    code = (
        "from coach.library import extract; extract.extract = lambda data: bytearray(2 << 30);"
        f"print(extract.main({str(tmp_path / 'x')!r}))"
    )
    assert worker(code) == '{"error": "too_large"}'


def test_the_worker_loads_no_parser_before_its_limits() -> None:
    seen = worker(
        "import sys, coach.library.extract; print([m for m in ('pypdf', 'docx', 'lxml') if m in sys.modules])"
    )
    assert seen == "[]"


def test_documents_are_found_by_meaning_and_only_by_their_user(own: Uploads, tmp_path: Path) -> None:
    own.add("ana", "guide.pdf", hostile.pdf(["Welcome to the programme.", GUIDE.strip()]))
    own.add("ben", "diary.txt", hostile.BEFORE.encode())
    best = own.search("ana", "By when do we have to write down our mutual expectations as a mentoring agreement?")[0]
    assert (best.passage.title, best.passage.heading) == ("guide.pdf", "your document, page 2")
    assert own.search("ben", QUESTION)[0].passage.title == "diary.txt"
    assert {h.passage.title for h in own.rank("ana", QUESTION, 50)} == {"guide.pdf"}
    assert own.search("ana", "How do I bake sourdough bread at altitude?") == []
    assert len([p for p in (tmp_path / "cache" / "uploads").iterdir() if p.is_dir()]) == 2


def test_only_new_text_is_embedded(own: Uploads, embedder: MiniLM, monkeypatch: pytest.MonkeyPatch) -> None:
    own.add("ana", "guide.txt", GUIDE.encode())
    asked: list[str] = []
    embed = embedder.embed_documents
    monkeypatch.setattr(embedder, "embed_documents", lambda texts: asked.extend(texts) or embed(texts))
    second = own.add("ana", "notes.txt", hostile.BEFORE.encode())
    assert [t.partition(".")[0] for t in asked] == ["notes"]
    asked.clear()
    own.delete("ana", second.id)
    assert asked == []
    assert own.reindex("ana").total == 1
    assert [t.partition(".")[0] for t in asked] == ["guide"]
    assert own.search("ana", "mentoring agreement of each pair")[0].passage.title == "guide.txt"


def test_nothing_of_a_deleted_document_is_left_on_the_disk(own: Uploads, tmp_path: Path) -> None:
    secret = own.add("ana", "zanzibar.txt", hostile.BEFORE.encode())
    own.add("ana", "guide.txt", GUIDE.encode())
    last = own.add("ana", "after.txt", hostile.AFTER.encode())
    folder = tmp_path / "cache"
    assert any(b"zanzibar" in p.read_bytes() for p in folder.rglob("*") if p.is_file())
    own.delete("ana", secret.id)
    assert not [p for p in tmp_path.rglob("*") if p.is_file() and b"zanzibar" in p.read_bytes()]
    assert own.search("ana", "mentoring agreement of each pair")[0].passage.title == "guide.txt"
    # Back to a set of documents that has been indexed before: the newer snapshot goes all the same.
    own.delete("ana", last.id)
    assert not [p for p in tmp_path.rglob("*") if p.is_file() and b"after.txt" in p.read_bytes()]
    own.delete("ana", own.list("ana")[0].id)
    assert not [p for p in tmp_path.rglob("*") if p.is_file() and p.stat().st_size]


def test_a_broken_index_is_built_again(own: Uploads, tmp_path: Path, embedder: MiniLM) -> None:
    own.add("ana", "guide.txt", GUIDE.encode())
    (database,) = tmp_path.rglob("chroma.sqlite3")
    database.write_bytes(b"not a database")
    again = Uploads(tmp_path / "data", tmp_path / "cache", embedder)
    assert again.search("ana", "mentoring agreement of each pair")[0].passage.title == "guide.txt"


def test_while_another_thread_indexes_search_goes_by_words(own: Uploads) -> None:
    own.add("ana", "guide.txt", GUIDE.encode())
    own.add("ana", "notes.txt", hostile.BEFORE.encode())
    turn = own._shelf("ana").index.turn
    own._shelves.clear()
    shelf = own._shelf("ana")
    shelf.index.turn = turn
    with turn:
        assert own.rank("ana", "agreement")[0].passage.title == "guide.txt"
        assert not shelf.dense
    own.rank("ana", "agreement")
    assert shelf.dense
