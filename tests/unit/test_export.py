"""Each file is read back by another route than the one that wrote it."""

import re
import warnings
import zipfile
from datetime import UTC, datetime, timedelta, timezone
from email import message_from_bytes, policy
from io import BytesIO, StringIO
from urllib.parse import parse_qs, unquote, urlsplit
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
from dateutil.tz import tzical

from coach.export import docx, eml, ics, markdown
from coach.types import Citation

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
START = datetime(2026, 3, 27, 15, 0, tzinfo=ZoneInfo("Europe/Berlin"))
CITATION = Citation(1, "a#b", "Agendas that work", "How long should it be?", "Keep about a tenth free.", "a.md")
TEXT = """**Goal review · 30 minutes**

1. 10 min · **Pay, and *when* to ask.** Decide: one step.
   - She: two contacts
2. 5 min · Recap

- On [day and time]

> First line
>
> Second line [1]"""


def unfolded(raw: bytes) -> list[str]:
    """The content lines of an iCalendar file, by the rules of RFC 5545 and with no library."""
    assert raw.endswith(b"\r\n")
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    return raw.decode().replace("\r\n ", "").split("\r\n")[:-1]


def test_a_meeting_has_its_zone_length_rule_and_alarm() -> None:
    title = "Ménage, à trois; with \\ and a very long title that has to be folded over more than one line é" * 2
    lines = unfolded(ics.event(title, "one\ntwo, three", START, 45, "FREQ=WEEKLY;INTERVAL=2", 15))
    assert "DTSTART;TZID=Europe/Berlin:20260327T150000" in lines
    assert "DURATION:PT45M" in lines
    assert "RRULE:FREQ=WEEKLY;INTERVAL=2" in lines
    assert "TRIGGER:-PT15M" in lines
    assert "DESCRIPTION:one\\ntwo\\, three" in lines
    assert lines.index("BEGIN:VTIMEZONE") < lines.index("END:VTIMEZONE")
    assert "TZID:Europe/Berlin" in lines
    assert [x for x in lines if x.startswith("BEGIN:")].count("BEGIN:VEVENT") == 1
    for wanted in ("VERSION:2.0", "UID:", "DTSTAMP:", "PRODID:"):
        assert any(x.startswith(wanted) for x in lines)


def test_another_library_reads_the_meeting() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its own use of old names
        vobject = pytest.importorskip("vobject")
        raw = ics.event("Goal review", "x", START, 30, "FREQ=WEEKLY;COUNT=2", 10)
        event = vobject.readOne(raw.decode()).vevent
        assert event.summary.value == "Goal review"
        assert event.dtstart.value.utcoffset() == timedelta(hours=1)
        assert [d.strftime("%m-%d %H:%M") for d in event.rruleset] == ["03-27 15:00", "04-03 15:00"]
        assert event.valarm.trigger.value == timedelta(minutes=-10)


def test_the_clocks_change_in_the_zone_that_is_written_down() -> None:
    raw = ics.event("Goal review", "x", START, 30).decode().replace("\r\n", "\n")
    zone = tzical(StringIO(raw)).get("Europe/Berlin")
    hours = [datetime(2026, month, 27, 15, tzinfo=zone).utcoffset() for month in (3, 4, 7, 11)]
    assert hours == [timedelta(hours=h) for h in (1, 2, 2, 1)]


def test_nothing_is_made_up_when_a_meeting_has_no_time() -> None:
    lines = unfolded(ics.event("Meeting", "x", None, 30, "FREQ=WEEKLY", 10))
    assert "BEGIN:VTODO" in lines
    assert not [x for x in lines if x.startswith(("DTSTART", "RRULE", "BEGIN:VALARM", "BEGIN:VEVENT"))]


def test_a_zone_without_a_name_is_written_as_utc() -> None:
    start = datetime(2026, 3, 27, 15, 0, tzinfo=timezone(timedelta(hours=2)))
    assert "DTSTART:20260327T130000Z" in unfolded(ics.event("Meeting", "", start, 30))
    assert "DTSTART:20260327T150000Z" in unfolded(ics.event("Meeting", "", START.replace(tzinfo=UTC), 30))


def test_the_same_meeting_keeps_its_id() -> None:
    ids = [next(x for x in unfolded(ics.event("A", d, START, 30)) if x.startswith("UID:")) for d in "xy"]
    assert ids[0] == ids[1]


@pytest.mark.parametrize(
    ("start", "minutes", "rule"),
    [(START.replace(tzinfo=None), 30, None), (START, 0, None), (START, 30, "every week"), (START, 30, "COUNT=3")],
)
def test_a_wrong_meeting_is_refused(start: datetime, minutes: int, rule: str | None) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        ics.event("A", "", start, minutes, rule)


def test_a_line_break_cannot_smuggle_in_another_property() -> None:
    lines = unfolded(ics.event("A\r\nATTENDEE:mailto:x@y.z", "b\r\nATTENDEE:mailto:x@y.z", START, 30))
    assert not [x for x in lines if x.startswith("ATTENDEE")]


@pytest.mark.parametrize(
    ("rhythm", "rule"),
    [
        ("every two weeks", "FREQ=WEEKLY;INTERVAL=2"),
        ("fortnightly", "FREQ=WEEKLY;INTERVAL=2"),
        ("weekly", "FREQ=WEEKLY;INTERVAL=1"),
        ("once a month", "FREQ=MONTHLY;INTERVAL=1"),
        ("every 3 months", "FREQ=MONTHLY;INTERVAL=3"),
        ("quarterly", "FREQ=MONTHLY;INTERVAL=3"),
        ("twice a month", None),
        ("now and then", None),
        ("", None),
    ],
)
def test_a_rhythm_becomes_a_rule(rhythm: str, rule: str | None) -> None:
    assert ics.rule(rhythm) == rule


@pytest.mark.parametrize(
    "to", ["Zoë Ito <zoe@example.org>", "zoe@example.org", "[who]", "", "Dr Lynch", "z\u00f6e@example.org"]
)
@pytest.mark.parametrize("body", ["Hello,\n\nthank you \u2013 truly.\n", "x" * 2000, "From here\n.\n", ""])
def test_a_draft_is_read_back(to: str, body: str) -> None:
    raw = eml.message(to, "Thank you, Zoë\r\nBcc: spy@example.org", body)
    mail = message_from_bytes(raw, policy=policy.default)
    assert mail["Subject"] == "Thank you, Zoë Bcc: spy@example.org"
    assert mail["Bcc"] is None
    assert mail["X-Unsent"] == "1"
    assert (mail["To"] is not None) == ("zoe@" in to)
    assert b"=0D" not in raw
    assert mail.get_content().rstrip().splitlines() == body.rstrip().splitlines()
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))


def test_a_mail_link_keeps_every_sign() -> None:
    link = urlsplit(eml.mailto("Zoë <zoe+m@example.org>", "A & B?", "one\ntwo = 100% + more #1"))
    assert unquote(link.path) == "zoe+m@example.org"
    assert "+" not in link.query  # a plus would be shown as it is, RFC 6068
    assert parse_qs(link.query) == {"subject": ["A & B?"], "body": ["one\r\ntwo = 100% + more #1"]}
    assert eml.mailto("Dr Lynch", "", "") == "mailto:"


def paragraphs(raw: bytes) -> list[tuple[str, str]]:
    """(style, text) of each paragraph, straight from the XML."""
    with zipfile.ZipFile(BytesIO(raw)) as archive:
        assert archive.testzip() is None
        root = ElementTree.fromstring(archive.read("word/document.xml"))
    rows = []
    for p in root.iter(f"{W}p"):
        style = p.find(f"{W}pPr/{W}pStyle")
        rows.append((style.get(f"{W}val", "") if style is not None else "", "".join(p.itertext())))
    return rows


def test_a_word_file_has_headings_lists_quotes_blanks_and_sources() -> None:
    raw = docx.document("My agenda", f"## Plan\n\n{TEXT}", [CITATION])
    rows = paragraphs(raw)
    assert rows[0] == ("Title", "My agenda")
    assert ("Heading2", "Plan") in rows
    assert ("ListContinue", "1.10 min · Pay, and when to ask. Decide: one step.") in rows
    assert ("ListBullet2", "She: two contacts") in rows
    assert [style for style, text in rows if text in ("First line", "Second line [1]")] == ["Quote", "Quote"]
    assert rows[-1][1] == "1.Agendas that work. How long should it be? \u201cKeep about a tenth free.\u201d"
    with zipfile.ZipFile(BytesIO(raw)) as archive:
        xml = archive.read("word/document.xml").decode()
    marked = [m for m in re.findall(r"<w:r>(?:(?!</w:r>).)*</w:r>", xml, re.S) if "w:highlight" in m]
    assert len(marked) == 1
    assert "[day and time]" in marked[0]


def test_a_word_file_takes_whatever_was_typed() -> None:
    raw = docx.document(
        "a\x0bb\n", "<b>x</b> \x00 & \ud800 [link](javascript:x)\n\n```\ncode\n```\n\n# H\n\n" + "- a\n  - b\n" * 3
    )
    assert "<b>x</b>" in " ".join(text for _, text in paragraphs(raw))
    assert paragraphs(docx.document("", "", [])) == [("Title", "")]


def test_markdown_ends_with_its_sources() -> None:
    text = markdown.document("My agenda", TEXT, [CITATION])
    assert text.startswith("# My agenda\n\n**Goal review")
    assert text.endswith(
        "## Sources\n\n1. Agendas that work. How long should it be? \u201cKeep about a tenth free.\u201d\n"
    )
    assert markdown.document("T", "x") == "# T\n\nx\n"
