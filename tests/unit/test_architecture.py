"""Dependencies point one way."""

import ast
from pathlib import Path

import pytest

from coach.settings import ROOT

LAYERS = (
    {"ui", "cli"},
    {"doctor"},
    {"session"},
    {"agent"},
    {"skills", "rehearsal"},
    {"library", "safety", "routing", "grounding"},
    {"classify"},
    {"models", "store", "prompts", "budget", "export"},
    {"settings"},
    {"types", "errors"},
)
HEIGHT = {name: -place for place, layer in enumerate(LAYERS) for name in layer}
FILES = sorted((ROOT / "coach").rglob("*.py"))


def imports(path: Path) -> set[str]:
    tree = ast.parse(path.read_text())
    names = {n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.module}
    names |= {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    names |= {f"{n.module}.{a.name}" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) for a in n.names}
    return names


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_module_imports_only_what_lies_below_it(path: Path) -> None:
    own = path.relative_to(ROOT / "coach").parts[0].removesuffix(".py")
    if own not in HEIGHT:
        assert own.startswith("__"), f"{own} has no place in LAYERS"
        return
    for name in imports(path):
        parts = name.split(".")
        if parts[0] == "coach" and len(parts) > 1 and parts[1] in HEIGHT and parts[1] != own:
            assert HEIGHT[parts[1]] <= HEIGHT[own], f"{path.name} reaches up to {name}"


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_streamlit_stays_in_the_ui_and_langchain_out_of_it(path: Path) -> None:
    roots = {name.split(".")[0] for name in imports(path)}
    inside = "ui" in path.relative_to(ROOT / "coach").parts
    assert inside or "streamlit" not in roots
    assert not (inside and roots & {"langchain_core", "langchain_openai", "langgraph"})


def test_a_module_stays_readable() -> None:
    assert [p.name for p in FILES if len(p.read_text().splitlines()) > 300] == []
