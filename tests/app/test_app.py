"""The page through Streamlit's own test runner: real coach, no browser."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from coach.session import Coach
from coach.settings import ROOT


@pytest.fixture
def page(coach: Coach, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    import streamlit as st

    st.cache_resource.clear()
    monkeypatch.setenv("COACH_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("COACH_CHAT__EMBEDDED", "false")
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)


def everything(page: AppTest) -> str:
    return "\n".join(str(m.value) for m in page.markdown)


def test_a_starter_button_leads_to_a_cited_answer(page: AppTest) -> None:
    page.run()
    assert not page.exception
    page.button(key="start-ask").click().run()
    assert not page.exception
    assert "**First step.**" in everything(page)
    assert "[1]" in everything(page)
    assert page.query_params["c"]


def test_a_conversation_survives_a_new_page(page: AppTest) -> None:
    page.run()
    page.chat_input(key="typed").set_value("What does a mentor do?").run()
    again = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    again.query_params["c"] = page.query_params["c"]
    again.run()
    assert not again.exception
    assert len(again.chat_message) == 2


def test_a_rerun_with_an_address_of_earlier_keeps_the_conversation(page: AppTest) -> None:
    page.run()
    page.chat_input(key="typed").set_value("What does a mentor do?").run()
    current = page.query_params["c"]
    page.query_params.clear()
    page.run()
    assert len(page.chat_message) == 2
    assert page.query_params["c"] == current


def test_a_deleted_conversation_in_the_address_starts_a_new_one(page: AppTest) -> None:
    page.query_params["c"] = "gone"
    page.run()
    page.chat_input(key="typed").set_value("What does a mentor do?").run()
    assert len(page.chat_message) == 2


def test_the_last_message_can_be_edited(page: AppTest) -> None:
    page.run()
    page.chat_input(key="typed").set_value("How often shuold we meet?").run()
    next(b for b in page.button if str(b.key).startswith("edit-")).click().run()
    page.text_area[0].set_value("How often should we meet?")
    next(b for b in page.button if b.label == "Send").click().run()
    assert not page.exception
    assert len(page.chat_message) == 2
    assert "edit" in "".join(str(b.key) for b in page.button)


def test_a_message_that_is_refused_is_given_back(page: AppTest) -> None:
    page.run()
    page.chat_input(key="typed").set_value("a" * 30_000).run()
    assert "shorten it" in page.error[0].value
    assert page.text_area(key="rejected").value == "a" * 30_000


def test_a_store_that_cannot_be_written_is_one_sentence(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COACH_DATA_DIR", "/proc/nope")
    page.run()
    assert not page.exception
    assert "COACH_DATA_DIR" in page.error[0].value


def test_a_finished_message_can_be_downloaded(page: AppTest) -> None:
    page.run()
    page.chat_input(key="typed").set_value("Just write a thank you note to my mentor Tom.").run()
    assert not page.exception
    labels = [b.label for b in page.get("download_button")]
    assert labels == ["Markdown", "Word", "E-mail draft"]
