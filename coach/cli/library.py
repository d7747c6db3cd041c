"""`coach library`: articles and playbooks, and the user's own documents."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

from coach.cli.console import AsJson, Bars, err, friendly, out, show
from coach.errors import InputError
from coach.library.articles import read
from coach.library.uploads import LOCAL
from coach.session import Coach
from coach.settings import load_settings
from coach.types import Hit

app = typer.Typer(help="The library of articles and playbooks, and your own documents.", no_args_is_help=True)


@app.command("check")
@friendly
def library_check(as_json: AsJson = False) -> None:
    """Check every file of the library."""
    documents, problems = read(load_settings().knowledge_dir)
    kinds = {kind: sum(d.kind == kind for d in documents) for kind in ("article", "playbook")}
    passages = sum(len(d.passages) for d in documents)
    if as_json:
        show({"articles": kinds["article"], "playbooks": kinds["playbook"], "passages": passages, "problems": problems})
    else:
        for problem in problems:
            err.print(problem, markup=False, soft_wrap=True)
        out.print(
            f"{kinds['article']} articles, {kinds['playbook']} playbooks, {passages} passages, {len(problems)} problems"
        )
    if problems:
        raise typer.Exit(1)


@app.command("sync")
@friendly
def library_sync() -> None:
    """Bring the index in step with the files."""
    coach = Coach(load_settings())
    with Bars() as watch:
        synced = coach.library.sync(lambda done, total: watch("library index", done, total))
    out.print(f"{synced.added} added, {synced.removed} removed, {synced.total} in the index")


@app.command("add")
@friendly
def library_add(file: Path) -> None:
    """Add a document of your own: PDF, Word, Markdown or text."""
    try:
        data = file.read_bytes()
    except OSError as error:
        raise InputError(f"The file {file} cannot be read; check its name.") from error
    with Bars() as watch:
        added = Coach(load_settings()).uploads.add(LOCAL, file.name, data, lambda done, n: watch("indexing", done, n))
    out.print(f"{added.name}: {added.words} words, id {added.id}", markup=False)


@app.command("list")
@friendly
def library_list() -> None:
    """Your own documents."""
    for each in Coach(load_settings()).uploads.list(LOCAL):
        out.print(f"{each.id}  {each.name}  {each.words} words", markup=False)


@app.command("remove")
@friendly
def library_remove(identifier: str) -> None:
    """Delete a document of your own, by the id that `list` prints."""
    Coach(load_settings()).uploads.delete(LOCAL, identifier)


@app.command("search")
@friendly
def library_search(text: str, as_json: AsJson = False, count: int = 8) -> None:
    """Passages for a text, best first."""
    coach = Coach(load_settings())
    coach.ready()
    hits = coach.library.search(text, count)
    if as_json:
        show([_row(hit) for hit in hits])
        return
    for hit in hits:
        out.print(f"{hit.score:.2f}  {hit.passage.title}: {hit.passage.heading} ({hit.passage.path})", markup=False)
    if not hits:
        out.print("The library has nothing on this.")


def _row(hit: Hit) -> dict[str, Any]:
    p = hit.passage
    return {"id": p.id, "title": p.title, "heading": p.heading, "path": p.path, "score": hit.score, "text": p.text}
