"""The command line: ask · chat · batch · models · library · doctor · start."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, ParamSpec

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, track

from coach.doctor import report
from coach.errors import CoachError, InputError
from coach.library.articles import read
from coach.models import local_server, weights
from coach.session import Coach
from coach.settings import load_settings
from coach.types import Hit

app = typer.Typer(
    help="A mentorship coach grounded in a library of guidance.", no_args_is_help=True, add_completion=False
)
models = typer.Typer(help="The embedded models' weights.", no_args_is_help=True)
library = typer.Typer(help="The library of articles and playbooks.", no_args_is_help=True)
app.add_typer(models, name="models")
app.add_typer(library, name="library")
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


@models.command("pull")
@friendly
def models_pull() -> None:
    """Fetch and verify the weights."""
    with _bars() as watch:
        for each in weights.ALL:
            weights.pull(each, load_settings().cache_dir, watch)


@models.command("list")
@friendly
def models_list(as_json: AsJson = False) -> None:
    """The embedded models and whether they are here."""
    cache = load_settings().cache_dir
    rows = [
        {"name": w.name, "bytes": w.size, "licence": w.licence, "here": weights.find(w, cache) is not None}
        for w in weights.ALL
    ]
    if as_json:
        show(rows)
    for row in rows if not as_json else []:
        out.print(f"{'here   ' if row['here'] else 'missing'}  {row['name']}  {row['bytes']:,} bytes  {row['licence']}")


@models.command("serve")
@friendly
def models_serve(port: int = 8089, key: Annotated[str | None, typer.Option(envvar="COACH_SERVE_KEY")] = None) -> None:
    """Serve the embedded chat model on loopback as an OpenAI-compatible endpoint, until stopped."""
    import threading

    path = weights.require(weights.CHAT, load_settings().cache_dir)
    server = local_server.start_chat(path, weights.CHAT.name, api_key=key, port=port)
    show({"base_url": server.base_url, "model": weights.CHAT.name, "api_key": key or server.api_key})
    sys.stdout.flush()
    threading.Event().wait()


@library.command("check")
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


@library.command("sync")
@friendly
def library_sync() -> None:
    """Bring the index in step with the files."""
    coach = Coach(load_settings())
    with _bars() as watch:
        synced = coach.library.sync(lambda done, total: watch("library index", done, total))
    out.print(f"{synced.added} added, {synced.removed} removed, {synced.total} in the index")


@library.command("search")
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
    with _bars() as watch:
        Coach(load_settings()).prepare(watch)


def _prepare() -> None:
    """The same beside the app, which answers without what cannot be fetched."""
    try:
        prepare()
    except typer.Exit:
        err.print("The coach goes on without it.")


def _row(hit: Hit) -> dict[str, Any]:
    p = hit.passage
    return {"id": p.id, "title": p.title, "heading": p.heading, "path": p.path, "score": hit.score, "text": p.text}


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


class _bars:
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
