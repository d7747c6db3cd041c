"""Write to someone: a short message only this person could have received, with blanks for what is missing."""

from __future__ import annotations

import re
from dataclasses import replace

from coach.grounding import Line, content_words, sentences
from coach.skills import clauses, language, letters, slots, wording
from coach.skills.base import Draft, Turn
from coach.types import Artifact, Finding, Passage, Sources

QUESTIONS = {
    "recipient": "Who are you writing to?",
    "connector": "Who could introduce you?",
    "reason": "What of theirs, exactly, made you think of them: a talk, a paper, a project, something they said?",
    "ask": "What one small thing would help: 15 minutes on a question, a look at a page, a pointer?",
    "about_me": "In a few words, who are you and what are you working on?",
    "gift": "What exactly did they do for you?",
    "outcome": "What did you do, or will you do, because of it?",
    "contact": "When did you last speak?",
    "goal": "What did they ask you to help them with?",
}
WANTED = {
    "recipient": "the name or role of who will be written to",
    "connector": "who could make the introduction",
    "reason": "what of theirs made the writer choose them",
    "ask": "what the writer wants to ask them about",
    "about_me": "who the writer is and what they do",
    "gift": "what the other person did for the writer",
    "outcome": "what the writer did or will do because of it",
    "contact": "when they last spoke",
    "goal": "what the other person wants help with",
}
KINDS = (
    ("linkedin", r"\blinked\s?in|connection (request|note)"),
    ("decline", r"\b(declin\w*|turn (him|her|them|it) down|say no|saying no|refus\w+)\b"),
    ("end", r"\b(end(ing)?|clos(e|ing)|stop(ping)?|quit)\b.{0,40}\b(mentor\w*|relationship|our \w+)\b"),
    ("followup", r"\bfollow(ing)?[- ]?up\b|(\bnot|n't|\bnever|\bno) (\w+ ){0,2}(repl|answer|respon|hear)|\bnudge"),
    ("thanks", r"\bthank"),
    ("introduction", r"\bintroduc\w+|\bintro\b|\bforwardable\b|\bput me in touch\b"),
    ("reconnect", r"\breconnect|\b(back in|lost) touch\b|\bold mentor\b|\bafter (\w+ ){1,3}(years|months)\b"),
    ("professor", r"\bprof(essor|\.)?\b|\bPI\b|\bsupervisor for\b|\bphd\b"),
)
NAME = r"[A-Z][\w'\u2019-]+(?: (?:de|van|von|bin|al|[A-Z][\w'\u2019-]+)){0,2}"
PATTERNS = {
    "recipient": (
        rf"\b((?:Dr|Prof|Professor|Ms|Mr|Mrs|Mx)\.? {NAME})",
        rf"\b(?:to|email|message|contact|write|thank|thanking|for|with|called|named|name is) ({NAME})(?=[\s,.;:!?]|$)",
        r", ([A-Z][\w'\u2019-]+ [A-Z][\w'\u2019-]+)(?=[,.])",
        rf"\(({NAME})\)",
        rf"\bby ({NAME})(?=[\s,.;:!?]|$)",
        r"\b((?:[Mm]rs?|[Mm]s|[Dd]r|[Pp]rof)\.? [a-z]{3,})",
        rf"\b(?:mentor|supervisor|adviser|advisor|boss|professor|manager|mentee),? ({NAME})(?=[\s,.;:!?]|$)",
    ),
    "connector": (
        rf"\b(?:ask|asking|through|via|by|friend|colleague|professor|boss) ({NAME})(?= (?:to|for|who|could|can|knows))",
    ),
    "reason": (
        r"\b((?:her|his|their|whose) (?:[\w-]+ ){0,3}(?:talk|paper|book|post|article|project|work|thesis|podcast|course"
        r"|lecture|keynote|thread|report|interview|research|blog|library|exhibition|show|film|design|startup|company)s?\b"
        r"[^.;,!?\n]{0,80})",
        r"\b(?:because|since|as) ((?:s?he|they) [^.;!?\n]{5,100})",
    ),
    "ask": (
        rf"\b(?:ask|asked|asking) (?:(?:her|him|them|you|(?:(?:Dr|Prof|Professor)\.? )?{NAME}) )?"
        r"(?:for )?((?:about|whether|if|how|what|why) [^.;!?\n]{4,90})",
        r"\b((?:advice|help|thoughts|guidance|feedback|view) (?:on|with|about) [^.;!?\n]{4,90})",
        r"\b(?:want|like|love|hope) to (?:know|learn|understand|hear) ((?:about|how|whether|what|why) [^.;!?\n]{4,90})",
    ),
    "about_me": (
        r"\b(I(?:'m| am) (?:a|an|the|in my|doing|working|studying|currently)\b(?! (?:bit|little))[^.;!?\n]{3,90})",
        r"\b(I (?:work|study|lead|run|build|teach)\b[^.;!?\n]{3,90})",
    ),
    "gift": (
        r"\bthank\w* (?:her|him|them|\w+) for ((?:her|his|their|the|all|being|\w+ing)\b[^.;!?\n]{4,90})",
        r"\b(?:she|he|they) ((?:read|gave|took|looked|helped|introduced|listened|spent|reviewed|shared)\b"
        r"[^.;!?\n]{4,90})",
    ),
    "outcome": (
        r"\b((?:I|we) (?:have|got|passed|start|started|found|am|changed|applied|took|will|finally)\b[^.;!?\n]{3,90}?)"
        r",? (?:because of|thanks to) (?:it|that|this|her|him|them)\b",
    ),
    "goal": (
        r"\b(?:mentor|help|guide|coach|supervise|advise) (?:her|him|them|me) (?:in|on|with|through) ([^.;!?\n]{4,80})",
        r"\b(?:he|she|they|who) (?:wants?|would like|hopes?|is trying|are trying) (to [^.;!?\n]{4,80})",
        r"\b(?:he|she|they|who) (?:needs?|asks? for) (help with [^.;!?\n]{4,80})",
    ),
    "contact": (
        r"\b((?:\w+ ){1,2}(?:years|months|weeks) ago)\b",
        r"\b(?:not|n't) (?:spoken|talked|met|been in touch) (since [^.;!?\n]{3,40}|for [^.;!?\n]{3,30})",
    ),
}
INTRODUCED = {
    "connector": (rf"\b({NAME}) (?:knows|could|can|works with|worked with)\b",),
    "recipient": (rf"\bknows ({NAME})\b", r"\bknows ((?:the|a|an) [^.;,!?\n]{4,60})"),
}
SELF = re.compile(r"(?:I\b|I'?m\b|i'?m\b|an? |as )(?!.*\bmy (?:friend|mentor|boss|colleague)\b)", re.I)
OWN = {"about_me": SELF, "outcome": re.compile(r"(?:I|we|my|our)\b", re.I)}  # what only the writer can be or do
GUIDES = {
    "first": "outreach/the-first-email.md",
    "linkedin": "outreach/linkedin-notes.md",
    "professor": "outreach/writing-to-a-professor.md",
    "introduction": "outreach/warm-introductions.md",
    "followup": "outreach/following-up.md",
    "thanks": "outreach/saying-thank-you.md",
    "reconnect": "outreach/reconnect-after-a-long-silence.md",
    "decline": "outreach/declining-a-mentee-request.md",
    "end": "repair/want-to-end-it-kindly.md",
}
NOT_ABOUT_ME = re.compile(r",? (?:and|but|so) (?:I|want|would|need)\b|, (?:and|but|who)\b")
CLICHES = re.compile(
    r"pick your brain|huge fan|big fan|inspir\w+ (me|so many)|would be honou?red|dream come true"
    r"|hope this (email|message) finds you",
    re.I,
)
GENERIC = content_words(
    "work talk paper career experience advice project success inspiring amazing help journey field expertise background"
)
EXTRA = re.compile(
    r"\b(?:mention|add|say|include|tell (?:her|him|them)) (?:that )?"
    r"((?:I|we|my|our|it|the|you|she|he)\b[^.!?\n]{4,140})",
    re.I,
)
LANGUAGE = re.compile(r"\bin (Spanish|French|German|Italian|Portuguese|Dutch|Polish|Turkish|Arabic|Hindi)\b", re.I)
EMAIL_WORDS = (50, 125)


class Outreach:
    """Drafts messages."""

    name = "outreach"
    label = "Write to someone"
    icon = ":material/mail:"
    starter = "Help me write a first message to someone I would like to learn from."

    def gather(self, turn: Turn) -> dict[str, str]:
        """Kind and slots, copied from the user's words; the latest statement of each wins."""
        kind = _kind(turn)
        needs = letters.NEEDS[kind]
        told = "\n".join(clauses.clauses(EXTRA.sub("", turn.said)))
        found = slots.copied(told, {n: p for n, p in PATTERNS.items() if n in needs})
        if kind == "introduction":
            found |= slots.copied(told, INTRODUCED)
        if "about_me" in found:  # what follows "and I" is what they want, not who they are
            found["about_me"] = NOT_ABOUT_ME.split(found["about_me"])[0]
        found |= {n: v for n, v in clauses.read(told).items() if n in needs}
        found |= {n: v for n, v in slots.answered(turn, QUESTIONS, found).items() if n in needs}
        wanted = {n: WANTED[n] for n in needs if n not in found}
        if wanted and len(turn.said.split()) > 12:
            found |= {n: v for n, v in language.extract(turn, wanted).items() if n not in OWN or OWN[n].match(v)}
        return {"kind": kind, **found}

    def compose(self, turn: Turn) -> Draft:
        """At most two questions in a turn and two such turns, then the message with blanks."""
        kind = turn.slots["kind"]
        missing = [name for name in letters.NEEDS[kind] if name not in turn.slots]
        editing = bool(turn.last and turn.last.get("artifact"))
        questions = slots.to_ask(turn, missing, QUESTIONS) if len(missing) > 1 and not editing else ()
        if questions:
            note = "I can draft it once I know a little more, or say \u201cjust write it\u201d."
            return Draft((Line(note, part="note"),), questions)
        artifact = self._artifact(turn, missing)
        lines = [Line("Here is a draft. It holds only what you told me.", part="note")]
        if artifact.blanks:
            lines.append(Line(f"The blank that matters most is {artifact.blanks[0]}.", part="note"))
        if advice := _advice(turn, kind):
            lines += [Line(s, advice, s) for s in sentences(advice.text)[:2]]
            turn.emit(Sources((advice,)))
        return Draft(tuple(lines), artifact=artifact)

    def polish(self, draft: Draft, turn: Turn) -> Draft:
        """Only a large model may smooth the message: small ones invent meetings and admiration."""
        if draft.artifact is None or turn.model.tier != "large":
            return draft
        made = draft.artifact
        wished = LANGUAGE.findall(turn.said)
        text = language.rewrite(turn, made.fields["body"], _style(turn).tone, wished[-1] if wished else "English")
        if not text:
            return draft
        fields = {**made.fields, "body": text}
        checks = _checks(text, turn, _advice(turn, turn.slots["kind"]))
        return replace(draft, artifact=replace(made, fields=fields, markdown=_markdown(fields), checks=checks))

    def check(self, draft: Draft, turn: Turn) -> tuple[Finding, ...]:
        """The artifact's own checks are shown with it; none of them takes the draft away."""
        return ()

    def _artifact(self, turn: Turn, missing: list[str]) -> Artifact:
        kind = turn.slots["kind"]
        letter = letters.write(kind, turn.slots, _style(turn))
        fields = {
            "kind": kind,
            "to": turn.slots.get("recipient", letters.BLANKS["recipient"]),
            "subject": letter.subject,
            "body": letter.body,
        }
        order = sorted(missing, key=list(QUESTIONS).index)
        first = [n for n in ("reason", "ask", "gift", "goal") if n in order]
        blanks = tuple(letters.blank(n, kind) for n in dict.fromkeys([*first, *order]))
        given = {k: v for k, v in turn.slots.items() if k in QUESTIONS}
        checks = _checks(letter.body, turn, _advice(turn, kind))
        return Artifact("outreach", fields, _markdown(fields), checks, blanks, slots.origin(given, turn))


def _kind(turn: Turn) -> str:
    texts = [turn.message, *(text for role, text in reversed(turn.history) if role == "user")]
    for text in texts:
        for kind, cue in KINDS:
            if re.search(cue, text, re.I if kind != "professor" else 0):
                return kind
    return "first"


def _style(turn: Turn) -> letters.Style:
    """How it should sound, from all the user asked for so far; the latest wish of each sort wins."""
    said = turn.said
    tones = re.findall(r"\b(warm|friendl|formal|casual|informal|relaxed)\w*", said, re.I)
    names = {"friendl": "warm", "informal": "casual", "relaxed": "casual"}
    minutes = re.findall(r"\b(\d{1,2})[- ]?min", said)
    sizes = re.findall(r"\b(short|brief|long)(?:er)?\b", said, re.I)
    extras = tuple(dict.fromkeys(_extra(text) for text in EXTRA.findall(said)))
    return letters.Style(
        short=bool(sizes) and sizes[-1].lower() != "long",
        tone=names.get(tones[-1].lower(), tones[-1].lower()) if tones else "plain",
        minutes=int(minutes[-1]) if minutes else 15,
        extras=extras,
    )


def _extra(text: str) -> str:
    return wording.capital(wording.second_person(text.strip())) + "."


def _markdown(fields: dict[str, str]) -> str:
    subject = f"**Subject:** {fields['subject']}\n\n" if fields["subject"] else ""
    return f"**{letters.TITLES[fields['kind']]}**\n\n{subject}{fields['body']}"


def _advice(turn: Turn, kind: str) -> Passage | None:
    """The library's passage on this kind of message."""
    document = turn.library.documents.get(GUIDES[kind])
    if document is None:
        return None
    return document.part("First step") or document.passages[0]


def _checks(body: str, turn: Turn, advice: Passage | None) -> tuple[Finding, ...]:
    kind, source = turn.slots["kind"], advice.id if advice else None
    words = len(body.split())
    low, high = EMAIL_WORDS
    if kind == "linkedin":
        fits = len(body) <= letters.LINKEDIN_LIMIT
        length = Finding("length", fits, f"{len(body)} of {letters.LINKEDIN_LIMIT} characters.", source)
    elif kind == "introduction":
        length = Finding("length", words <= 2 * high, f"{words} words in two short texts.", source)
    else:
        fits = (low if kind in ("first", "professor") else 20) <= words <= high
        length = Finding("length", fits, f"{words} words; {low} to {high} are read best.", source)
    found = [length, Finding("no worn phrases", not CLICHES.search(body), "No phrases that anyone could send.", source)]
    if "reason" in letters.NEEDS[kind]:
        own = content_words(turn.slots.get("reason", "")) - GENERIC
        missing = "Another person could get the same text. What exactly of theirs made you choose them?"
        specific = len(own) >= 2
        found.append(
            Finding("only for them", specific, "Says what made you choose them." if specific else missing, source)
        )
    if "ask" in letters.NEEDS[kind]:
        limit = 2 if kind == "introduction" else 1
        found.append(Finding("one small ask", 1 <= body.count("?") <= limit, "One question, easy to decline.", source))
    return tuple(found)
