"""The command line: ask · chat · batch · models · library · doctor · start."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import typer
from rich.progress import track

from coach.cli import library, models, people
from coach.cli import rehearse as practice
from coach.cli.console import AsJson, Bars, err, friendly, out, show
from coach.doctor import report
from coach.errors import InputError
from coach.session import Coach
from coach.settings import load_settings

app = typer.Typer(
    help="A mentorship coach grounded in a library of guidance.", no_args_is_help=True, add_completion=False
)
app.add_typer(models.app, name="models")
app.add_typer(library.app, name="library")
app.command("rehearse")(practice.rehearse)
app.command("rank")(people.rank)
app.command("match")(people.match)


@app.command()
@friendly
def ask(text: str, as_json: AsJson = False, conversation: str | None = None, skill: str | None = None) -> None:
    """Answer one message."""
    reply = Coach(load_settings()).ask(text, conversation, skill)
    if as_json:
        show(reply.to_dict())
        return
    out.print(reply.reply, markup=False)
    for c in reply.citations:
        out.print(f"[{c.id}] {c.title}: {c.heading} ({c.path})", markup=False, style="dim")
    out.print(f"{reply.model.name} ({reply.model.mode}). {reply.notice}", markup=False, style="dim")


@app.command()
@friendly
def chat() -> None:
    """Talk with the coach; an empty line leaves."""
    coach, conversation = Coach(load_settings()), None
    while True:
        try:
            text = input("you> ")
        except EOFError:
            break
        if not text.strip():
            break
        try:
            reply = coach.ask(text, conversation)
        except InputError as error:
            err.print(error.user_message, markup=False)
            continue
        conversation = reply.conversation
        out.print(f"\n{reply.reply}\n", markup=False)


@app.command()
@friendly
def batch(source: Path, target: Path) -> None:
    """Answer every line of a JSONL file; what TARGET already holds is not asked again."""
    rows = _rows(source)
    done = _answered(target)
    coach = Coach(load_settings())
    with target.open("a", encoding="utf-8") as file:
        for row in track([r for r in rows if r["id"] not in done], description="Answering", console=err):
            conversation, replies = None, []
            for text in row["turns"]:
                reply = coach.ask(text, conversation, row.get("skill"))
                conversation = reply.conversation
                replies.append(reply.to_dict())
            file.write(json.dumps({**row, "replies": replies}, ensure_ascii=False) + "\n")
            file.flush()


@app.command()
@friendly
def doctor(as_json: AsJson = False) -> None:
    """Say what will be used and why, and what is missing."""
    checks = report(load_settings())
    if as_json:
        show([c.__dict__ for c in checks])
    else:
        for check in checks:
            out.print(f"{'ok  ' if check.ok else 'look'}  {check.name}: {check.detail}", markup=False, soft_wrap=True)
            if check.next_step:
                out.print(f"      next: {check.next_step}", markup=False, soft_wrap=True)


@app.command()
@friendly
def start(port: int = 8501, headless: bool = False) -> None:
    """Open the app."""
    from coach.ui.launch import launch

    raise typer.Exit(launch(port, headless, _prepare))


@app.command()
@friendly
def prepare() -> None:
    """Fetch what is missing and bring the index in step."""
    with Bars() as watch:
        Coach(load_settings()).prepare(watch)


def _prepare() -> None:
    """The same beside the app, which answers without what cannot be fetched."""
    try:
        prepare()
    except typer.Exit:
        err.print("The coach goes on without it.")


def _answered(target: Path) -> set[Any]:
    """The ids that TARGET holds; a last line that an interruption cut in the middle is taken off."""
    if not target.exists():
        return set()
    text = target.read_text(encoding="utf-8")
    whole = text[: text.rfind("\n") + 1]
    if whole != text:
        target.write_text(whole, encoding="utf-8")
    return {row["id"] for row in _rows(target)}


def _rows(path: Path) -> list[dict[str, Any]]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise InputError(f"The file {path} cannot be read; check its name.") from error
    rows = []
    for place, line in enumerate(lines, 1):
        if line.strip():
            try:
                row = json.loads(line)
                row["id"], row["turns"]
            except (ValueError, KeyError, TypeError) as error:
                raise InputError(f"{path}:{place} is not a JSON object with id and turns; correct the line.") from error
            rows.append(row)
    return rows
