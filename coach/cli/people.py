"""`coach rank` and `coach match`: lists of people."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from coach.cli.console import AsJson, friendly, out, show
from coach.errors import InputError
from coach.skills import matching, ranking
from coach.skills.people import People, read_people


@friendly
def rank(
    people: Path, need: Annotated[str, typer.Option("--for", help="What you look for.")], as_json: AsJson = False
) -> None:
    """Rank the people of a CSV for a need, each with reasons quoted from their row."""
    ranked = ranking.rank(_people(people), need)
    if as_json:
        show([_plain(r) for r in ranked])
        return
    for each in ranked:
        why = "; ".join(f"{r.heading}: \u201c{r.quote}\u201d" for r in each.reasons)
        place = f"{each.place}." if each.place else "set aside:"
        out.print(f"{place} {each.person.name}  {each.conflict or why}", markup=False, soft_wrap=True)
    if not ranked:
        out.print("Nobody in the list fits by what their rows say.")


@friendly
def match(mentees: Path, mentors: Path, target: Annotated[Path | None, typer.Option("--out")] = None) -> None:
    """Match the mentees of one CSV with the mentors of another, with capacities and exclusions."""
    found = matching.match(_people(mentees), _people(mentors))
    if target:
        target.write_text(json.dumps(_plain(found), ensure_ascii=False, indent=2), encoding="utf-8")
    else:
        show(_plain(found))


def _people(path: Path) -> People:
    try:
        people = read_people(path.read_bytes())
    except OSError as error:
        raise InputError(f"The file {path} cannot be read; check its name.") from error
    if not people.rows:
        raise InputError(f"The file {path} holds no list of people; use a CSV with one person a row.")
    return people


def _plain(value: Any) -> Any:
    return json.loads(json.dumps(asdict(value), default=str))
