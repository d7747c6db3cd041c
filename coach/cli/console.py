"""What every command prints with: JSON, bars, and a user's error as one sentence."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, ParamSpec

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn

from coach.errors import CoachError
from coach.models import weights

out, err = Console(), Console(stderr=True)
P = ParamSpec("P")
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def friendly(command: Callable[P, None]) -> Callable[P, None]:
    """Show a user's error as one sentence and leave with code 1."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except CoachError as error:
            logging.getLogger(__name__).debug("failed", exc_info=True)
            err.print(error.user_message, style="red", markup=False, soft_wrap=True)
            raise typer.Exit(1) from error

    return run


def show(data: Any) -> None:
    """Print JSON."""
    sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2) + "\n")


class Bars:
    """Progress bars on standard error, one for each thing under way."""

    def __enter__(self) -> weights.Progress:
        self._bar = Progress(TextColumn("{task.description}"), BarColumn(), DownloadColumn(), console=err)
        self._tasks: dict[str, TaskID] = {}
        self._bar.start()
        return self._watch

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def _watch(self, what: str, done: int, total: int) -> None:
        if what not in self._tasks:
            self._tasks[what] = self._bar.add_task(what, total=total)
        self._bar.update(self._tasks[what], completed=done, total=total)
