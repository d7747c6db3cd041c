from pathlib import Path

import pytest

from coach.errors import StoreError
from coach.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(f"sqlite:///{tmp_path}/data/coach.db")


def test_what_is_written_is_there_for_another_store(store: Store, tmp_path: Path) -> None:
    conversation = store.start().id
    store.add(conversation, "user", "My mentor  is late\nagain")
    store.add(conversation, "coach", "Name the pattern.", {"skill": "ask"})
    other = Store(f"sqlite:///{tmp_path}/data/coach.db")
    assert [(m.role, m.text) for m in other.messages(conversation)] == [
        ("user", "My mentor  is late\nagain"),
        ("coach", "Name the pattern."),
    ]
    assert other.messages(conversation)[1].payload == {"skill": "ask"}
    assert other.conversations()[0].title == "My mentor is late again"


def test_the_last_message_and_its_answer_are_replaced_together(store: Store) -> None:
    conversation = store.start().id
    for role, text in (("user", "one"), ("coach", "1"), ("user", "two"), ("coach", "2")):
        store.add(conversation, role, text)  # type: ignore[arg-type]
    store.replace_last(conversation, "two again")
    assert [m.text for m in store.messages(conversation)] == ["one", "1", "two again"]


def test_nothing_can_be_replaced_in_an_empty_conversation(store: Store) -> None:
    with pytest.raises(StoreError):
        store.replace_last(store.start().id, "x")


def test_an_unknown_conversation_is_refused(store: Store) -> None:
    with pytest.raises(StoreError, match="no such conversation"):
        store.add("nope", "user", "hello")


def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(StoreError, match="COACH_DATA_DIR"):
        Store(f"sqlite:///{tmp_path}/file/coach.db").start()


def test_deleting_leaves_nothing(store: Store) -> None:
    conversation = store.start().id
    store.add(conversation, "user", "private")
    store.delete(conversation)
    assert store.conversations() == []
    assert store.messages(conversation) == []
