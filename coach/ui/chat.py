"""The chat page."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any

import streamlit as st

from coach.errors import CoachError
from coach.session import Coach
from coach.settings import load_settings
from coach.skills import REGISTRY
from coach.types import Done, Failed, Stage, Token


@dataclass
class Preparation:
    """What is being fetched in the background."""

    what: str = "Preparing"
    done: int = 0
    total: int = 1
    error: str = ""
    finished: bool = False

    def watch(self, what: str, done: int, total: int) -> None:
        """Take progress."""
        self.what, self.done, self.total = what, done, max(total, 1)


@st.cache_resource(show_spinner=False)
def _coach() -> tuple[Coach, Preparation]:
    coach, preparation = Coach(load_settings()), Preparation()

    def run() -> None:
        try:
            coach.prepare(preparation.watch)
        except CoachError as error:
            preparation.error = error.user_message
        preparation.finished = True

    threading.Thread(target=run, daemon=True).start()
    return coach, preparation


def page() -> None:
    """Draw the page."""
    st.set_page_config(page_title="Mentorship coach", page_icon=":material/forum:", layout="centered")
    try:
        coach, preparation = _coach()
        conversation = st.query_params.get("c")
        _sidebar(coach, conversation)
        st.title("Mentorship coach")
        st.caption(
            "An AI that answers from a library of mentoring guidance and shows you the passage. It can be wrong; people know you better."
        )
        _progress(preparation)
        messages = coach.store.messages(conversation) if conversation else []
        for message in messages:
            with st.chat_message("user" if message.role == "user" else "assistant"):
                _message(message.text, message.payload)
        starter = None if messages else _starters()
        text = st.chat_input("Write what is on your mind") or starter
        if text:
            _turn(coach, conversation, text)
    except CoachError as error:
        st.error(error.user_message)


def _sidebar(coach: Coach, current: str | None) -> None:
    with st.sidebar:
        if st.button("New conversation", use_container_width=True):
            st.query_params.clear()
            st.rerun()
        for each in coach.store.conversations():
            if st.button(each.title, key=each.id, use_container_width=True, disabled=each.id == current):
                st.query_params["c"] = each.id
                st.rerun()


def _starters() -> str | None:
    for column, skill in zip(st.columns(len(REGISTRY)), REGISTRY.values(), strict=True):
        if column.button(skill.label, use_container_width=True, help=skill.starter):
            return skill.starter
    return None


@st.fragment(run_every=1.0)
def _progress(preparation: Preparation) -> None:
    if preparation.error:
        st.warning(preparation.error)
    elif not preparation.finished:
        st.progress(
            min(1.0, preparation.done / preparation.total),
            f"Fetching {preparation.what}; until then the library guide answers.",
        )


def _turn(coach: Coach, conversation: str | None, text: str) -> None:
    with st.chat_message("user"):
        st.markdown(_safe(text))
    with st.chat_message("assistant"):
        status, body = st.empty(), st.empty()
        grown = ""
        for event in coach.send(text, conversation):
            if isinstance(event, Stage):
                status.caption(event.text)
            elif isinstance(event, Token):
                grown += event.text
                body.markdown(_safe(grown))
            elif isinstance(event, Failed):
                status.empty()
                st.error(event.user_message)
                return
            elif isinstance(event, Done):
                status.empty()
                st.query_params["c"] = event.reply.conversation
                st.rerun()


def _message(text: str, payload: dict[str, Any] | None) -> None:
    st.markdown(_safe(text))
    if not payload:
        return
    for c in payload["citations"]:
        with st.expander(f"[{c['id']}] {c['title']}: {c['heading']}"):
            passage = _coach()[0].library.passages.get(c["passage"])
            st.markdown(_safe(passage.text if passage else c["quote"]))
            st.caption(c["path"])
    if payload.get("notice"):
        st.caption(payload["notice"])
    st.caption(f"Answered by {payload['model']['name']} ({payload['model']['mode']})")


def _safe(text: str) -> str:
    return text.replace("$", "\\$")
