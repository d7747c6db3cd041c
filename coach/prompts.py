"""Every word sent to a model: Markdown with front matter and `$variables`."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any

import frontmatter

from coach.errors import PromptError


@dataclass(frozen=True)
class Prompt:
    """One prompt file."""

    name: str
    version: int
    variables: tuple[str, ...]
    text: str
    digest: str

    def fill(self, **values: str) -> str:
        """The text with its variables.

        Raises:
            PromptError: a variable is missing or extra.
        """
        if set(values) != set(self.variables):
            wrong = ", ".join(sorted(set(values) ^ set(self.variables)))
            raise PromptError(f"The prompt {self.name!r} and its variables do not fit ({wrong}); correct the file.")
        return Template(self.text).substitute(values)


def load(folder: Path, name: str) -> Prompt:
    """Read `name`.md.

    Raises:
        PromptError: the file is missing or wrong.
    """
    path = folder / f"{name}.md"
    try:
        raw = path.read_text(encoding="utf-8")
        parsed: tuple[dict[str, Any], str] = frontmatter.parse(raw)
        meta, text = parsed
        variables = tuple(meta["variables"])
        template = Template(text)
        if not template.is_valid() or set(template.get_identifiers()) != set(variables):
            raise PromptError(f"The prompt {path} does not use the variables it declares; correct the file.")
        return Prompt(
            meta["name"], int(meta["version"]), variables, text.strip(), hashlib.sha256(raw.encode()).hexdigest()[:12]
        )
    except (OSError, KeyError, ValueError, TypeError) as error:
        raise PromptError(f"The prompt {path} cannot be read; restore the file.") from error
