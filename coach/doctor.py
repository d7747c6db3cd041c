"""What will be used and why, with the next step when something is missing. Keys are never printed."""

from __future__ import annotations

from dataclasses import dataclass

from coach.errors import CoachError
from coach.library.articles import read
from coach.models import weights
from coach.models.chat import choose
from coach.settings import Settings
from coach.store import Store


@dataclass(frozen=True)
class Check:
    """One line of the report."""

    name: str
    ok: bool
    detail: str
    next_step: str = ""


def report(settings: Settings) -> list[Check]:
    """Look at model, embedder, library and store; nothing outside this machine is contacted."""
    choice = choose(settings)
    place = f" at {choice.base_url}" if choice.base_url else ""
    key = ", key set" if choice.key and choice.key.get_secret_value() != "none" else ""
    checks = [
        Check(
            "chat model",
            choice.info.mode != "guide-only",
            f"{choice.info.name} ({choice.info.mode}{place}{key}), because {choice.why}",
            choice.next_step,
        )
    ]
    here = all(weights.find(w, settings.cache_dir) for w in (weights.EMBEDDER, weights.VOCABULARY))
    checks.append(
        Check(
            "embeddings",
            here,
            weights.EMBEDDER.name if here else "weights are missing; search goes by words",
            "" if here else "Run `coach models pull`.",
        )
    )
    try:
        documents, problems = read(settings.knowledge_dir)
        checks.append(
            Check(
                "library",
                not problems,
                f"{len(documents)} texts in {settings.knowledge_dir}, {len(problems)} problems",
                "Run `coach library check`." if problems else "",
            )
        )
    except CoachError as error:
        checks.append(Check("library", False, error.user_message))
    try:
        count = len(Store(settings.store_url).conversations())
        checks.append(Check("store", True, f"{count} conversations in {settings.data_dir}"))
    except CoachError as error:
        checks.append(Check("store", False, error.user_message))
    checks.append(Check("cache", True, str(settings.cache_dir)))
    return checks
