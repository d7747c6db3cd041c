"""How a message, its sources and a finished thing are drawn."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from typing import Any

import streamlit as st

from coach.export import docx, eml
from coach.types import Passage

LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")


STYLE = """<style>
blockquote { opacity: 1 !important; }
blockquote { border-left: 3px solid #2f6b5e !important; }
[data-testid="stMainBlockContainer"] { padding-top: 3.5rem; }
mark { background: #dcebd9; color: inherit; }
</style>"""
TITLE = 30  # characters of a conversation's title in the list


def style() -> None:
    """What the theme has no setting for: words to use in full ink, the quoted part of a passage marked."""
    st.html(STYLE)


def short(title: str) -> str:
    """A title cut to one line, without markup."""
    text = re.sub(r"[*_`\[\]$:#]", "", title)
    return text if len(text) <= TITLE else text[: TITLE - 1].rstrip() + "\u2026"


def plain(text: str) -> None:
    """Text as it was typed: nothing in it is read as markup."""
    st.html(f'<div style="white-space: pre-wrap; overflow-wrap: anywhere">{html.escape(text)}</div>')


def prose(text: str) -> None:
    """The coach's Markdown; images and links are drawn as their words, and dollar signs as themselves."""
    st.markdown(LINK.sub(r"\1", text).replace("$", r"\$"))


def sources(citations: list[dict[str, Any]], find: Callable[[str], Passage | None]) -> None:
    """One card a citation; it opens the very passage, with the words that were used marked."""
    if not citations:
        return
    with st.container(horizontal=True, gap="small"):
        for c in citations:
            with st.popover(f"{c['id']} \u00b7 {c['heading']}", type="tertiary"):
                st.markdown(f"**{c['title']}**: {c['heading']}")
                passage = find(c["passage"])
                st.html(marked(passage.text if passage else c["quote"], c["quote"]))
                for source in passage.sources if passage else ():
                    year = f", {source.year}" if source.year else ""
                    st.caption(f"{source.author}{year}: [{source.title}]({source.link})")
                st.caption(c["path"])


def marked(text: str, quote: str) -> str:
    """A passage as HTML, with the quoted words marked."""
    flat = " ".join(re.sub(r"(?m)^> ?", "", text).split(" ")).strip()
    pattern = r"\s+(?:- )?".join(re.escape(word) for word in quote.split())
    found = re.search(pattern, flat)
    if not found:
        return f'<div style="white-space: pre-line">{html.escape(flat)}</div>'
    before, here, after = (html.escape(x) for x in (flat[: found.start()], found.group(0), flat[found.end() :]))
    return f'<div style="white-space: pre-line">{before}<mark>{here}</mark>{after}</div>'


def artifact(payload: dict[str, Any], key: str) -> None:
    """A finished thing with what its checks found."""
    made = payload["artifact"]
    with st.container(border=True):
        prose(made["markdown"])
    for check in made["checks"]:
        mark = ":material/check:" if check["passed"] else ":material/visibility:"
        st.caption(f"{mark} {check['name'].capitalize()}: {check['message']}")
    if arc := json.loads(made["fields"].get("arc", "[]")):
        st.caption("Trust and tension after each of your lines. A rehearsal is not a prediction.")
        st.line_chart({key: [turn[key] for turn in arc] for key in ("trust", "tension")}, height=180)
    name, text, fields = made["kind"], made["markdown"], made["fields"]
    files = [("Markdown", text, f"{name}.md"), ("Word", docx.document(name.capitalize(), text), f"{name}.docx")]
    if "body" in fields:
        files.append(("E-mail draft", eml.message(fields["to"], fields["subject"], fields["body"]), f"{name}.eml"))
    with st.container(horizontal=True, gap="small"):
        for label, data, file in files:
            st.download_button(label, data, file, key=f"{key}-{label}", icon=":material/download:", type="tertiary")


def model_line(model: dict[str, Any], tokens: int, notice: str = "") -> str:
    """Which model answered, in words, or that the library's own words did."""
    where = {"embedded": "on this computer", "remote": "at your endpoint"}.get(model["mode"], "no language model")
    if not tokens and model["mode"] != "guide-only":
        return f"Answered by the library; {model['name']} ({where}) was not needed. {notice}".strip()
    return f"Answered by {model['name']} ({where}). {notice}".strip()
