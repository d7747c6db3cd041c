"""A meeting as a calendar file (RFC 5545): with its time zone, a recurrence and an alarm."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event, Todo, vRecur

PRODUCT = "-//Mentorship Coach//agenda//EN"
LONGEST_SUMMARY = 200  # characters
YEARS = 10  # for which the changes of the clocks are written down


def event(
    title: str,
    description: str,
    start: datetime | None,
    minutes: int,
    rrule: str | None = None,
    alarm_minutes: int | None = None,
) -> bytes:
    """The file. Without a start it holds a to-do: a calendar event must have a time, and none is made up here.

    Args:
        title: what the entry is called.
        description: plain text or Markdown.
        start: when it begins, with its zone; a `ZoneInfo` is kept by name, any other zone is written as UTC.
        minutes: its length.
        rrule: a recurrence rule such as `FREQ=WEEKLY;INTERVAL=2`.
        alarm_minutes: how long before the start to be reminded; None for no alarm.

    Raises:
        ValueError: the start has no zone, the length is not positive, or the rule is not one.
    """
    summary = " ".join(title.split())[:LONGEST_SUMMARY]
    entry: Event | Todo = Event() if start else Todo()
    # The same meeting exported again has the same id, so that a calendar updates its entry instead of doubling it.
    entry.add("uid", f"{uuid.uuid5(uuid.NAMESPACE_URL, f'{summary}|{start.isoformat() if start else None}')}@coach")
    entry.add("dtstamp", datetime.now(UTC))
    entry.add("summary", summary)
    entry.add("description", "\n".join(description.splitlines()))
    if start:
        _time(entry, start, minutes, rrule)
        if alarm_minutes is not None:
            entry.add_component(_alarm(summary, alarm_minutes))
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add_component(entry)
    if start:
        first = date(start.year, 1, 1)
        calendar.add_missing_timezones(first, first.replace(year=start.year + YEARS))
    return bytes(calendar.to_ical())


def rule(rhythm: str) -> str | None:
    """A rhythm in the user's words ("every two weeks") as a recurrence rule; None when it is no single interval."""
    words = rhythm.lower()
    if "twice" in words or not re.search(r"week|month|quarter|fortnight", words):
        return None
    numbers = {"two": 2, "second": 2, "other": 2, "fortnight": 2, "bi": 2, "three": 3, "quarter": 3, "four": 4}
    digit = re.search(r"\d+", words)
    count = int(digit.group()) if digit else next((n for w, n in numbers.items() if re.search(rf"\b{w}", words)), 1)
    return f"FREQ={'MONTHLY' if re.search('month|quarter', words) else 'WEEKLY'};INTERVAL={count}"


def _time(entry: Event | Todo, start: datetime, minutes: int, rrule: str | None) -> None:
    if start.utcoffset() is None:
        raise ValueError("the start of a meeting needs a time zone")
    if minutes <= 0:
        raise ValueError("a meeting is longer than no minutes")
    if not isinstance(start.tzinfo, ZoneInfo):
        start = start.astimezone(UTC)
    entry.add("dtstart", start)
    entry.add("duration", timedelta(minutes=minutes))
    if rrule:
        rule = vRecur.from_ical(rrule)
        if "FREQ" not in rule:
            raise ValueError(f"{rrule!r} is no recurrence rule")
        entry.add("rrule", rule)


def _alarm(summary: str, minutes: int) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", summary)
    alarm.add("trigger", timedelta(minutes=-minutes))
    return alarm
