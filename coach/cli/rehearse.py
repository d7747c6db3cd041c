"""`coach rehearse`: a hard conversation, practised."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from coach.cli.console import AsJson, friendly, out, show
from coach.errors import InputError
from coach.rehearsal import scenario as scenarios
from coach.rehearsal.rehearsal import Rehearsal, play
from coach.session import Coach
from coach.settings import load_settings


@friendly
def rehearse(
    name: Annotated[str | None, typer.Argument(help="A scenario; --list shows them.")] = None,
    listed: Annotated[bool, typer.Option("--list", help="Show the scenarios.")] = False,
    difficulty: Annotated[str | None, typer.Option(help="easy, medium or hard.")] = None,
    side: Annotated[str | None, typer.Option(help="With --list: only those for a mentee or a mentor.")] = None,
    lines: Annotated[Path | None, typer.Option(help="Play your lines from a file.")] = None,
    seed: int = 0,
    as_json: AsJson = False,
) -> None:
    """Practise a hard conversation; an empty line ends it and shows the debrief."""
    known = scenarios.load()
    if listed or name is None:
        rows = [(i, s.side, s.title) for i, s in known.items() if side in (None, s.side)]
        if as_json:
            show([{"id": i, "side": who, "title": title} for i, who, title in rows])
        for i, who, title in rows if not as_json else []:
            out.print(f"{i}  ({who})  {title}", markup=False)
        return
    rehearsal = Coach(load_settings()).rehearse(name, difficulty, seed)
    result = play(rehearsal, _lines(lines)) if lines else _live(rehearsal)
    if as_json:
        show(result)
        return
    for turn in result["turns"] if lines else []:
        out.print(f"you> {turn['you']}\n{turn['text']}", markup=False)
    for moment in result["debrief"]["moments"]:
        out.print(f"\n\u201c{moment['quote']}\u201d  {moment['what']}\nTry: {moment['better']}", markup=False)


def _live(rehearsal: Rehearsal) -> dict[str, Any]:
    out.print(rehearsal.introduction(), markup=False)
    while not rehearsal.ended:
        try:
            text = input("you> ")
        except EOFError:
            break
        if not text.strip():
            break
        out.print(rehearsal.say(text).text, markup=False)
    return play(rehearsal, [])


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise InputError(f"The file {path} cannot be read; check its name.") from error
