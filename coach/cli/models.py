"""`coach models`: the embedded models' weights."""

from __future__ import annotations

import sys
import threading
from typing import Annotated

import typer

from coach.cli.console import AsJson, Bars, friendly, out, show
from coach.models import local_server, weights
from coach.settings import load_settings

app = typer.Typer(help="The embedded models' weights.", no_args_is_help=True)


@app.command("pull")
@friendly
def models_pull() -> None:
    """Fetch and verify the weights."""
    with Bars() as watch:
        for each in weights.ALL:
            weights.pull(each, load_settings().cache_dir, watch)


@app.command("list")
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


@app.command("serve")
@friendly
def models_serve(port: int = 8089, key: Annotated[str | None, typer.Option(envvar="COACH_SERVE_KEY")] = None) -> None:
    """Serve the embedded chat model on loopback as an OpenAI-compatible endpoint, until stopped."""
    path = weights.require(weights.CHAT, load_settings().cache_dir)
    server = local_server.start_chat(path, weights.CHAT.name, api_key=key, port=port)
    show({"base_url": server.base_url, "model": weights.CHAT.name, "api_key": key or server.api_key})
    sys.stdout.flush()
    threading.Event().wait()
