"""What a meeting of each kind holds, and what the user's words say about theirs."""

from __future__ import annotations

import re
from collections.abc import Sequence

from coach.skills.timing import DATE, DURATION, RHYTHM, TIME, Item, duration

MAIN, SECOND = "[my main topic]", "[a second topic, or leave it out]"
STEP = "Decide: the next step, and who takes it."
HOLDS = {  # title | outcome | weight | d: stands in until there are topics, c: the close
    "first": """How each of us came to this work | We know one thing of each other that is not on a CV. | 3
What the mentee hopes for | Decide: the one hope we start with, in one sentence. | 3 | d
How we will work together | Decide: how often we meet, how we write, what stays private. | 3
Recap and next date | Decide: one small step, who takes it, and when we meet again. | 1.5 | c""",
    "regular": f"""What happened since last time | Both of us know what is done and what is open. | 1.2
{MAIN} | {STEP} | 4 | d
{SECOND} | {STEP} | 3 | d
Recap: who does what | Each step has a name and a day. | 1 | c""",
    "review": """What has been most useful | One example from each of us, and what came of it. | 2
Where the goal stands | Decide: the goal stays, changes, or is reached. | 3 | d
What to do more of, and less of | Decide: one change from each side. | 3
Go on, change, or finish | Decide: how we go on, and when we look again. | 2 | c""",
    "feedback mentor": """My mentee's own view first | I have heard it before I give mine. | 2.5
What I saw, and the effect it had | One situation, what was done, one effect; nothing on character. | 3 | d
What to try next | Decide: one change, and when we look at it together. | 2.5
My mentee sums it up | We both heard the same thing. | 1.2 | c""",
    "feedback": """My own view of the work | I say first what is good and what I doubt. | 1.5
My mentor's view of [the piece of work] | Decide: the one thing to work on first. | 4 | d
What to try next | Decide: one change, and when I show it. | 2
I sum it up | The feedback is in my own words. | 1.2 | c""",
    "closing": """Looking back: which goals were met | One thing that each of us takes along. | 3
What was hard, and what surprised us | One honest sentence from each of us. | 2 | d
What is still open | Decide for each introduction, reference and document: who does it. | 2
How we stay in touch | Decide: light contact, or none for now. | 1.5 | c""",
    "agreement": """Compare what each of us wrote alone | We see where our pictures differ. | 3
The points that matter most | Decide: one sentence on each that both of us can keep. | 4 | d
Privacy, and what we do when something goes wrong | Decide: what stays private, and whom we call. | 3
When we look at it again | Decide: a day for it, and how either of us can stop. | 1.5 | c""",
}
KINDS = (  # kind, its cue, the word that is enough when the kind was asked for
    ("agreement", r"\b(mentor(ing|ship)?|written|draft an?|our|an) agreement\b|\bground rules\b", r"agreement"),
    (
        "closing",
        r"\b(closing|final|farewell|goodbye|wrap[- ]?up)\b.{0,25}\b(meeting|session|talk|call|conversation)\b"
        r"|(?<!in )(?<!at )(?<!since )\b(our|the|my) last (ever )?(meeting|session|call)\b"
        r"(?!,? (i|we|she|he|they|was)\b)"
        r"|\b(ending|closing|wrapping up) (our|the|my) (mentor\w*|relationship|programme|program)\b",
        r"clos|last|final",
    ),
    (
        "first",
        r"\b(first|initial|kick-?off|introductory|1st)\b(?! (item|point|topic|step)).{0,25}"
        r"\b(meetings?|sessions?|call|talk|coffee|chat|conversation|time)\b|\bnew (mentor|mentee)\b|\bkick-?off\b",
        r"first|new",
    ),
    (
        "review",
        r"\b(goals?|progress|mid\w*|half|quarterly|annual|yearly|\w+[- ]months?)[- ](year )?"
        r"(review|check|meeting|talk)\b"
        r"|\breview(ing)? (of )?(our|the|my|her|his) (goals?|progress|mentoring|year)\b"
        r"|\bretrospective\b|\btake stock\b",
        r"review|goal",
    ),
    (
        "feedback",
        r"\bfeedback (talk|meeting|conversation|session|chat|call)\b"
        r"|\b(give|giving|get|getting|receiv\w+) (\w+ ){0,3}feedback\b",
        r"feedback",
    ),
    (
        "regular",
        r"\b(regular|usual|weekly|fortnightly|bi-?weekly|monthly|recurring|catch[- ]?up|check[- ]?in)\b|\b1[:-]1\b"
        r"|\bone[- ](to|on)[- ]one\b"
        r"|\bnext (meeting|session|call|time|one|chat)\b",
        r"regular|normal|usual|monthly|weekly",
    ),
)
_WHO = r"(?:(?i:I|we|she|he|they|(?:my|our|the) (?:mentor|mentee|supervisor|student|boss|manager))|[A-Z][a-z]+)"
_SAID = (
    r"(?i:(?:also |still |already )?(?:had |have |has )?promised"
    r"|said (?:that )?(?:I|she|he|they|we)(?:'d|\u2019d| would| will)"
    r"|(?:was|were) (?:going|supposed|meant) to|(?:had |have )?agreed to|(?:still )?owes?|offered to|committed to)"
)
PROMISE = re.compile(
    rf"(?i:\b(?:and )?(?:last time|last month|last week|(?:in|at) our last \w+),? )?\b(?P<what>{_WHO} {_SAID}\b"
    rf"(?:(?!,? but\b|,? (?:and|while|so) (?:I|we|she|he|they|my|it)\b|,? (?:and )?{_WHO} {_SAID})[^.;!?\n])+)"
)
_ASKS = r"(?:whether|if|how|what|which|on|when|where|my|our)\b"
TOPIC = re.compile(
    r"\b(?:topics?|items?|points?|themes?|agenda)(?:(?: \w+){0,4}\s*:| is:?(?= )| are:?(?= )| will be)"
    r"|\bthe (?:items|topics|points)(?= )"
    r"|(?<!how )(?<!what )\babout(?= (?!\d|half|an hour|(?:it|that|this|them|me|him|her|us)\b(?! \w)))"
    r"|\b(?:discuss(?:ing)?|cover(?:ing)?|prioriti[sz]e|bring up)(?= (?!in |at |for |with ))"
    r"|\b(?:go(?:ing)?|talk(?:ing)?) (?:over|through)(?= )|\b(?:to|let'?s) talk(?= (?!to |with |about |it\b))"
    r"|\bfocus(?:ing|ed)? on(?= )|\b(?=(?:decid|choos)(?:e|ing) between\b|(?:feedback|advice|input) on\b)"
    rf"|\b(?:decid(?:e|ing)|settle|figure out|work out|sort out|clarify)(?: by \w+)?(?= {_ASKS})"
    r"|\bask(?:ing)? (?:(?:him|her|them|my \w+) )?(?=(?:how|whether|if|what|why)\b)",
    re.I,
)
CHOICE = re.compile(r"(whether|if|which|between|decid(e|ing)|choos(e|ing)|when to|where to)\b", re.I)
STOP = re.compile(
    r"\s(?:but|because|so that|so|please|then|(?:with|w/) (?:my|our|the|her|him) ?(?:mentor|mentee|supervisor)?\b.*)"
    r"(?=\s|$)|\s(?=and (?:I|we|she|he|they|it|can|could|need|want|how|please)\b)"
    r"|\s(?=(?:I|we) (?:need|want|have|only)\b)",
    re.I,
)
AND = re.compile(
    r"(?!(?:whether|if|how|what|between|why|decid|choos|pros)\b)(?:\S+ ){1,4}(?:and|&)"
    r" (?:also )?(?:(?:the|my|our|a|her|his) )?\S+(?: \S+){0,3}",
    re.I,
)
LEAD = re.compile(
    r"^(?:and|also|then|just|only|mainly|maybe|of course|the following|talk about|discuss|about|let['\u2019]?s"
    r"|(?:the |my )?(?:topics?|items?|points?)(?: is| are)?)(?:\b|$)[ :]*",
    re.I,
)
TAIL = re.compile(
    r"(?:\s+(?:in|for|on|at|with|and|next|this|all|to|the|of|by|from|together|please|i guess|again|w/))+$", re.I
)
JUNK = re.compile(
    r"(?:can|could|please|help|thanks?|i|we|you|she|he|they|it|mentor|put|make|give|keep|plan it|no|not|which|with"
    r"|(?:plan|prepare|draft|schedule)(?= (?:an?|the|my|our|me|it|for)\b)|in all"
    r"|my mentor|my mentee|this|that|what to"
    r"|an? (?:agenda|meeting|plan|session)|the (?:agenda|meeting)|everything|things?"
    r"|something)\b(?=\W|$)(?!['\u2019]s \w)",
    re.I,
)
LISTED = re.compile(r"(?m)^[ \t]*(?:[-*\u2022]|\d[.)])[ \t]+(.+)$")  # lines of a list
KEPT = "For each: done, a new day, or dropped."


def holds(kind: str, side: str) -> list[Item]:
    """The points that a meeting of this kind has before the user's own topics come in."""
    rows = [[cell.strip() for cell in row.split("|")] for row in HOLDS.get(f"{kind} {side}", HOLDS[kind]).splitlines()]
    return [Item(r[0], r[1], float(r[2]), "close" if r[-1] == "c" else "library", r[-1] != "d") for r in rows]


def topic(text: str) -> Item:
    """A point out of the user's words; one that asks for a choice has the choice as its outcome."""
    title = re.sub(r"\bi\b(?!\.)", "I", text)
    chooses = CHOICE.match(text)
    outcome = "Decide: one way, or what is still missing and who gets it." if chooses else STEP
    return Item(title[:1].upper() + title[1:], outcome, 3.5 if chooses else 3.0, "topic")


def facts(said: str) -> dict[str, str]:
    """What the user's words say about a meeting; each value but the kind and the minutes is copied."""
    found: dict[str, str] = {}
    if what := kind(said):
        found["kind"] = what
    if long := duration(said):
        found |= {"minutes": str(long[0]), "length": long[1]}
    for name, pattern in (("date", DATE), ("time", TIME), ("rhythm", RHYTHM)):
        if values := [m.group(1) for m in pattern.finditer(PROMISE.sub(" ", said) if name == "date" else said)]:
            found[name] = values[-1]
    return found | numbered("commitment", promised(said)) | numbered("topic", topics(said))


def numbered(name: str, values: Sequence[str]) -> dict[str, str]:
    """Slots `name 1`, `name 2` and so on."""
    return {f"{name} {n}": value for n, value in enumerate(dict.fromkeys(values), 1)}


def kind(said: str, *, asked: bool = False) -> str | None:
    """The kind of meeting; when it was asked for, one word is enough."""
    for name, cue, word in KINDS:
        if re.search(cue, said, re.I) or (asked and re.search(word, said, re.I)):
            return name
    return None


def promised(said: str) -> list[str]:
    """Who promised what, as the user put it."""
    return [" ".join(m.group("what").split()).strip(" ,") for m in PROMISE.finditer(said)]


def topics(said: str) -> list[str]:
    """What the user wants to talk about, in order, each copied from their words."""
    text = TIME.sub("|", DATE.sub("|", DURATION.sub("|", RHYTHM.sub("|", PROMISE.sub(".", said)))))
    found: list[str] = []
    end = 0
    for cue in TOPIC.finditer(text):
        if cue.start() < end:
            continue
        rest = text[cue.end() :]
        chunk = rest if re.match(r"\s*(?:\n|[-*\u2022]|\d[.)])", rest) else re.split(r"[.;!?](?=\s|$)|\n", rest)[0]
        kept = listed(chunk)
        end = cue.end() + (chunk.find(kept[-1]) + len(kept[-1]) if kept else 0)
        found += kept
    if not found and len(rows := LISTED.findall(text)) > 1:
        found = [t for row in rows for t in listed(row)[:1]]
    return list(dict.fromkeys(found))


def listed(chunk: str) -> list[str]:
    """The parts of a list as people write one: commas, lines, numbers, "and"."""
    parts = re.split(r"[|;\n\u2022]|,(?!\d)|\s\d[.)]\s|^\s*\d[.)]\s|(?:^|\s)[-*]\s", chunk, flags=re.M)
    kept: list[str] = []
    for part in parts:
        whole = STOP.split(part.strip(" \t\"'\u201c\u201d()"))[0].strip()
        several = (len(parts) > 1 and not CHOICE.match(whole)) or AND.fullmatch(whole)
        for piece in re.split(r"(?:^|\s)(?:and|&)\s", whole) if several else [whole]:
            text = LEAD.sub("", TAIL.sub("", " ".join(piece.split()).strip(" .!?:,\"'\u201c\u201d")))
            text = LEAD.sub("", text)
            if JUNK.match(text):
                if kept:
                    return kept
            elif text:
                kept.append(text)
    return kept
