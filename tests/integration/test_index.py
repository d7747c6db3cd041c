"""The index stays in step with the files, on real Chroma and the real embedder."""

import shutil
from pathlib import Path

import pytest

from coach.library.search import Library
from coach.session import Coach
from coach.settings import ROOT


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    knowledge = tmp_path / "knowledge"
    (knowledge / "friction").mkdir(parents=True)
    for name in ("mentor-keeps-cancelling", "mentor-took-credit"):
        shutil.copy(ROOT / "knowledge" / "friction" / f"{name}.md", knowledge / "friction")
    return knowledge


def library(folder: Path, tmp_path: Path, coach: Coach) -> Library:
    return Library(folder, tmp_path / "cache", coach.embedder)


def test_added_changed_and_removed_files_are_followed(folder: Path, tmp_path: Path, coach: Coach) -> None:
    first = library(folder, tmp_path, coach)
    first.sync()
    assert first.sync().added == 0
    assert first.search("my mentor cancels all the time")[0].passage.path == "friction/mentor-keeps-cancelling.md"

    shutil.copy(ROOT / "knowledge" / "friction" / "personalities-clash.md", folder / "friction")
    cancelling = folder / "friction" / "mentor-keeps-cancelling.md"
    cancelling.write_text(cancelling.read_text().replace("## Then\n", "## Then\nBake bread together. "))
    (folder / "friction" / "mentor-took-credit.md").unlink()
    second = library(folder, tmp_path, coach)
    synced = second.sync()
    assert synced.added > 1
    assert synced.removed > 1
    assert {h.passage.path for h in second.rank("she took credit for my work", 50)} == {
        "friction/mentor-keeps-cancelling.md",
        "friction/personalities-clash.md",
    }
    assert any("Bake bread" in h.passage.text for h in second.rank("bake bread together", 50))


def test_a_broken_index_is_built_again(folder: Path, tmp_path: Path, coach: Coach) -> None:
    library(folder, tmp_path, coach).sync()
    for file in (tmp_path / "cache" / "index").rglob("*"):
        if file.is_file():
            file.write_bytes(b"broken")
    again = library(folder, tmp_path, coach)
    assert again.sync().total > 0
    assert again.search("my mentor cancels all the time")


def test_search_goes_by_words_before_the_index_is_there(folder: Path, tmp_path: Path, coach: Coach) -> None:
    words = library(folder, tmp_path, coach)
    assert not words.dense
    assert words.rank("cancelling meetings", 1)[0].passage.path == "friction/mentor-keeps-cancelling.md"
