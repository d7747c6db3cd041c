from coach.grounding import Line, names_and_numbers, number, quoted, render, sentences
from coach.types import Passage


def passage(text: str, name: str = "a") -> Passage:
    return Passage(name, "T", "H", text, "a.md", "article", "roles", ("mentee",))


def test_sentences_end_where_people_end_them() -> None:
    assert sentences('Ask first. "Would 20 minutes work?" Then wait.') == [
        "Ask first.",
        '"Would 20 minutes work?"',
        "Then wait.",
    ]


def test_a_quote_that_does_not_stand_in_its_passage_gets_no_citation() -> None:
    right, wrong = Line("Meet weekly.", passage("Meet weekly.")), Line("Meet daily.", passage("Meet weekly."))
    numbered, citations = number([right, wrong])
    assert [s.citations for s in numbered] == [(1,), ()]
    assert [c.quote for c in citations] == ["Meet weekly."]
    assert "Meet daily. *(coach's suggestion)*" in render(numbered, {})


def test_a_run_of_sentences_from_one_passage_carries_its_number_once() -> None:
    p = passage("Ask first. Then wait.")
    numbered, citations = number([Line("Ask first.", p), Line("Then wait.", p)])
    assert render(numbered, {}) == "Ask first. Then wait. [1]"
    assert citations[0].quote == "Ask first. Then wait."


def test_quotes_are_found_through_list_marks_and_line_breaks() -> None:
    assert quoted("May we talk about it", passage("> May we\n> talk about it"))


def test_names_and_numbers_are_seen() -> None:
    assert names_and_numbers("Write to Dr Okafor by 5 May. I will wait.") == {"Dr", "Okafor", "5", "May"}
