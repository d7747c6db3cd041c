import pytest

from coach.skills import letters, slots, wording
from coach.skills.outreach import PATTERNS

GIVEN = {
    "recipient": "Dr Lynch",
    "reason": "her talk on night-shift handovers",
    "ask": "how she got into research",
    "about_me": "I'm a nursing student in Cork",
    "connector": "Lena",
    "gift": "read my CV twice",
    "outcome": "I have an interview on Friday",
    "contact": "two years ago",
    "goal": "to move into product management",
}


@pytest.mark.parametrize("kind", letters.NEEDS)
def test_a_letter_has_a_blank_for_each_thing_that_is_missing(kind: str) -> None:
    empty = letters.write(kind, {}, letters.Style())
    missing = set(letters.NEEDS[kind]) - {"about_me"} if kind == "linkedin" else set(letters.NEEDS[kind])
    for name in missing:
        assert letters.BLANKS[name].strip("[]").split()[0] in empty.body
    full = letters.write(kind, GIVEN, letters.Style())
    assert not [b for b in letters.BLANKS.values() if b in full.body]


def test_words_about_a_person_are_turned_towards_them() -> None:
    body = letters.write("first", GIVEN, letters.Style()).body
    assert "because of your talk on night-shift handovers" in body
    assert "about how you got into research" in body
    assert body.count("?") == 1


def test_things_are_not_taken_for_the_person() -> None:
    assert wording.second_person("how to convince a team to adopt them") == "how to convince a team to adopt them"


def test_a_linkedin_note_fits_or_is_the_shortest_there_is() -> None:
    assert len(letters.write("linkedin", GIVEN, letters.Style()).body) <= letters.LINKEDIN_LIMIT
    long = {**GIVEN, "ask": "a " * 150}
    assert letters.write("linkedin", long, letters.Style()).body.startswith("Hello Dr Lynch, I write because")


def test_style_changes_only_what_was_asked() -> None:
    plain = letters.write("first", GIVEN, letters.Style()).body
    short = letters.write("first", GIVEN, letters.Style(short=True)).body
    longer = letters.write("first", GIVEN, letters.Style(minutes=30)).body
    assert len(short) < len(plain)
    assert longer == plain.replace("15 minutes", "30 minutes")
    assert "We met in May." in letters.write("first", GIVEN, letters.Style(extras=("We met in May.",))).body


def test_slots_are_copied_from_the_users_words() -> None:
    said = (
        "I'm a trainee midwife in Leeds. I'd like to write to Dr. Hana Ito, because of her article on night shifts. "
        "I want to ask her how she kept studying."
    )
    found = slots.copied(said, PATTERNS)
    assert found["recipient"] == "Dr Hana Ito"
    assert found["reason"] == "her article on night shifts"
    assert found["ask"] == "how she kept studying"
    assert found["about_me"] == "I'm a trainee midwife in Leeds"
    assert all(value in said.replace("Dr.", "Dr") for value in found.values())
