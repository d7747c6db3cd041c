"""The chat page."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

import streamlit as st

from coach.errors import CoachError
from coach.library.uploads import LOCAL
from coach.models import weights
from coach.session import Coach
from coach.settings import load_settings
from coach.skills import REGISTRY
from coach.store import Message
from coach.types import Done, Failed, Sources, Stage, Started, Token
from coach.ui import parts

USER, COACH = ":material/person:", ":material/forum:"
PROMISE = (
    "Ask about mentoring, as a mentee or a mentor. Answers come from a library of guidance, "
    "and you can open the passage behind each sentence."
)
BESIDE = {"friction": "The whole plan", "rehearsal": "The talk so far"}  # things that lie beside the reply
DISCLOSURE = "This is an AI. It can be wrong, and the people around you know you better."


@dataclass
class Preparation:
    """What is being fetched in the background."""

    error: str = ""
    finished: bool = False


@st.cache_resource(show_spinner=False)
def _coach() -> tuple[Coach, Preparation]:
    coach, preparation = Coach(load_settings()), Preparation()

    def run() -> None:
        try:
            coach.prepare()
        except CoachError as error:
            preparation.error = error.user_message
        preparation.finished = True

    threading.Thread(target=run, daemon=True).start()
    return coach, preparation


def page() -> None:
    """Draw the page."""
    st.set_page_config(page_title="Mentorship coach", page_icon=COACH, layout="centered")
    try:
        parts.style()
        coach, preparation = _coach()
        conversation = _current(coach)
        messages = coach.store.messages(conversation) if conversation else []
        _sidebar(coach, conversation)
        if preparation.error:
            st.warning(preparation.error)
        elif not preparation.finished:
            _progress(coach, preparation)
        text, again = None, False
        if not messages:
            text = _welcome(coach)
        for place, message in enumerate(messages):
            edited = _message(coach, message, place, messages)
            if edited:
                text, again = edited, True
        typed = st.chat_input("Write what is on your mind", submit_mode="stop", key="typed")
        if typed or text:
            _turn(coach, conversation, str(typed or text), again and not typed)
    except CoachError as error:
        st.error(error.user_message)


def _current(coach: Coach) -> str | None:
    """The conversation on the page.

    The address carries it through a refresh, but only the session is sure: a rerun that the browser asked for earlier
    brings the address of then.
    """
    if "conversation" not in st.session_state:
        asked = st.query_params.get("c")
        st.session_state["conversation"] = asked if asked and coach.store.exists(asked) else None
    current: str | None = st.session_state["conversation"]
    _go_to(current)
    return current


def _go_to(conversation: str | None) -> None:
    """Make a conversation the one on the page; None is a new one."""
    st.session_state["conversation"] = conversation
    if conversation is None:
        st.query_params.clear()
    elif st.query_params.get("c") != conversation:
        st.query_params["c"] = conversation


def _sidebar(coach: Coach, current: str | None) -> None:
    with st.sidebar:
        st.subheader("Mentorship coach", anchor=False)
        if st.button("New conversation", icon=":material/add:", width="stretch"):
            _go_to(None)
            st.rerun()
        for each in coach.store.conversations():
            mark = ":material/chevron_right:" if each.id == current else ":material/chat_bubble_outline:"
            if st.button(parts.short(each.title), key=f"open-{each.id}", icon=mark, type="tertiary"):
                _go_to(each.id)
                st.rerun()
        if current and st.button("Delete this conversation", icon=":material/delete:", type="tertiary"):
            coach.store.delete(current)
            _go_to(None)
            st.rerun()
        _documents(coach)
        st.caption(f"{_model_now(coach)} {DISCLOSURE}")


def _documents(coach: Coach) -> None:
    """The user's own documents: added, listed, deleted."""
    with st.expander("Your documents", icon=":material/description:"):
        key = f"upload-{st.session_state.get('n', 0)}"
        file = st.file_uploader("PDF, Word, Markdown or text", type=["pdf", "docx", "md", "txt"], key=key)
        if file is not None:
            try:
                with st.spinner("Reading it"):
                    added = coach.uploads.add(LOCAL, file.name, file.getvalue())
                st.toast(f"{parts.short(added.name)} can now be cited.")
                st.session_state["n"] = st.session_state.get("n", 0) + 1
                st.rerun()
            except CoachError as error:
                st.error(error.user_message)
        for each in coach.uploads.list(LOCAL):
            if st.button(parts.short(each.name), key=f"drop-{each.id}", icon=":material/delete:", type="tertiary"):
                coach.uploads.delete(LOCAL, each.id)
                st.rerun()
        st.caption("They stay on this computer, and are read as information, never as instructions.")


def _model_now(coach: Coach) -> str:
    info = coach.chat.choice().info
    if info.mode == "guide-only":
        return "The library answers, without a language model."
    return f"The model that answers is {info.name}, {'on this computer' if info.mode == 'embedded' else 'remote'}."


def _welcome(coach: Coach) -> str | None:
    st.title("What is on your mind?", anchor=False)
    st.markdown(PROMISE)
    chosen = None
    columns = st.columns(2)
    for place, skill in enumerate(REGISTRY.values()):
        with columns[place % 2].container(border=True):
            if st.button(skill.label, key=f"start-{skill.name}", icon=skill.icon, width="stretch"):
                chosen = skill.starter
            st.caption(skill.starter)
    st.caption(f"{_model_now(coach)} {DISCLOSURE}")
    return chosen


@st.fragment(run_every=1.0)
def _progress(coach: Coach, preparation: Preparation) -> None:
    if preparation.finished:
        if not st.session_state.get("busy"):  # a rerun now would stop the answer in its middle
            st.rerun()
        return
    fetching = weights.under_way(coach.settings.cache_dir)
    until = "Until then the library answers on its own."
    if fetching is None:
        st.progress(0.0, f"Preparing the library. {until}")
        return
    name, done, total = fetching
    st.progress(min(1.0, done / total), f"Fetching {name}: {done >> 20} of {total >> 20} MB. {until}")


def _message(coach: Coach, message: Message, place: int, messages: list[Message]) -> str | None:
    """Draw a message; returns the text to send again, when it is the last one and the user asks for that."""
    last_mine = max((n for n, m in enumerate(messages) if m.role == "user"), default=-1)
    with st.chat_message(message.role, avatar=USER if message.role == "user" else COACH):
        if message.role == "user":
            if place == last_mine and st.session_state.get("editing") == message.id:
                return _edit(message)
            parts.plain(message.text)
            return _again(message, place == len(messages) - 1) if place == last_mine else None
        payload = message.payload
        made = (payload or {}).get("artifact")
        parts.prose(message.text.removesuffix(made["markdown"]).rstrip() if made else message.text)
        if payload:
            if made and made["kind"] in BESIDE:
                with st.expander(BESIDE[made["kind"]], icon=":material/article:"):
                    parts.artifact(payload, f"download-{message.id}")
            elif made:
                parts.artifact(payload, f"download-{message.id}")
            parts.sources(payload["citations"], coach.passage)
            st.caption(_answered_by(payload))
    return None


def _answered_by(payload: dict[str, Any]) -> str:
    used = int((payload.get("usage") or {}).get("completion_tokens", 0))
    return parts.model_line(payload["model"], used, payload.get("notice", ""))


def _again(message: Message, unanswered: bool) -> str | None:
    with st.container(horizontal=True, gap="small"):
        edit = st.button("Edit", key=f"edit-{message.id}", icon=":material/edit:", type="tertiary")
        retry = st.button("Try again", key=f"retry-{message.id}", icon=":material/refresh:", type="tertiary")
    if unanswered:
        st.caption("This message has no answer yet.")
    if edit:
        st.session_state["editing"] = message.id
        st.rerun()
    return message.text if retry else None


def _edit(message: Message) -> str | None:
    with st.form(f"form-{message.id}", border=False):
        text = st.text_area("Your message", message.text, label_visibility="collapsed")
        with st.container(horizontal=True):
            send = st.form_submit_button("Send", type="primary")
            leave = st.form_submit_button("Keep as it was")
    if send or leave:
        del st.session_state["editing"]
    if leave:
        st.rerun()
    return text if send else None


def _turn(coach: Coach, conversation: str | None, text: str, again: bool) -> None:
    if not again:
        with st.chat_message("user", avatar=USER):
            parts.plain(text)
    with st.chat_message("assistant", avatar=COACH):
        status, body = st.empty(), st.empty()
        status.caption("Reading")
        grown, stored = "", False
        # closing: a stop ends this run in the middle, and what was said so far is stored at once
        with _busy(), closing(coach.send(text, conversation, replace_last=again)) as events:
            for event in events:
                if isinstance(event, Started):
                    stored = True
                    _go_to(event.conversation)
                elif isinstance(event, Stage):
                    status.caption(event.text)
                elif isinstance(event, Sources):
                    status.caption("Found: " + "; ".join(dict.fromkeys(p.title for p in event.passages)))
                elif isinstance(event, Token):
                    grown += event.text
                    with body.container():
                        parts.prose(grown)
                elif isinstance(event, Failed):
                    status.empty()
                    _failed(event, text, stored)
                elif isinstance(event, Done):
                    st.rerun()


@contextmanager
def _busy() -> Iterator[None]:
    """A turn is under way."""
    st.session_state["busy"] = True
    try:
        yield
    finally:
        st.session_state["busy"] = False


def _failed(event: Failed, text: str, stored: bool) -> None:
    """Say what went wrong and give the text back."""
    st.error(event.user_message)
    if not stored:
        st.text_area("What you wrote", text, key="rejected")
