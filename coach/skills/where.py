"""Library sentences for a search: where someone of this field, level and place may look, and what to beware of."""

from __future__ import annotations

import re
from collections.abc import Mapping

from coach.grounding import Line, sentences
from coach.library.search import Library

SHOWN, ENOUGH = 3, 2  # sentences on where to look at most; general ones are added only up to enough
AMERICA = re.compile(
    r"\b(US|USA|United States|America|American|NYC|New York|Boston|Chicago|Texas|Austin|California|San Francisco"
    r"|Seattle"
    r"|Los Angeles|Florida|Ohio|Georgia|Atlanta|Denver|Colorado|Oregon|Portland|Michigan|Detroit|Virginia|Illinois"
    r"|Pennsylvania|Philadelphia|Massachusetts|Washington|Arizona|Minnesota|Wisconsin|Utah|Nevada|Tennessee)\b"
)
PHD = r"\bph\.?d\b|doctoral|postdoc|\bgrad(uate)? student|\bthesis\b|dissertation"
SOFTWARE = (
    r"software|developer|\bdev\b|\bcod(e|ing)\b|programm(er|ing)"
    r"|front-?end|back-?end|devops|kubernetes|computer science"
)
FOUNDER = (
    r"\bfounder|\b(my|our|a|own) start-?up|\bown business|small business|self-employed|\bi run (a|my)\b"
    r"|start(ing)? (a|my) (\w+ )?"
    r"(business|company)"
)
HEALTH = r"\bnurs|\bdoctors?\b|\bmedic(al|ine)\b|\bclinic|hospital|midwi|pharmac|physio|paramedic|healthcare|\bNHS\b"
ARTS = (
    r"\bartists?\b|paint(er|ing)|\bwriter\b|\bnovel|\bpoet"
    r"|musician|filmmaker|\bactor\b|photograph|illustrat|sculpt|dancer"
)
CHANGE = (
    r"chang\w+ (careers?|fields?|jobs)|career chang|\b(mov\w+|switch\w*|transition\w*|break\w*|leav\w+|get) (\w+"
    r" ){0,4}(in|for)to\b"
    r"|\b(leav\w+|mov\w+|switch\w*) (\w+ ){0,3}(academia|teaching|nursing|law|into|for)\b|start(ing)? over|no contacts"
)
RETURN = (
    r"(parental|maternity|paternity|sick|career|long) (leave|break)|back (to work|from leave|after)|return(ing)?"
    r" to work"
    r"|years out of"
)
ALONE = (
    r"\b(nobody|no ?one|no-one)( else)? (\w+ ){0,3}(at|in) (my|the|this) (company|firm|office|work|hospital|team)"
    r"|\bthe only (?!woman|black|man)\w+ (\w+ )?(here|at|in|on) "
)
IDENTITY = (
    r"looks? like me|like me\b|first (in|of) my family|first[- ]gen"
    r"|\bonly (\w+ ){0,2}(woman|black|asian|man)\b|who is also an?\b"
)
PLACES = (
    (FOUNDER, "contexts/founder-looking-for-a-mentor.md", "Then", "United States, SCORE"),
    (PHD, "contexts/phd-and-academia.md", "Is my PhD adviser also my mentor?", "outside the group"),
    (r"open[- ]source|maintainer", "contexts/open-source-newcomer.md", "First step", "Outreachy"),
    (RETURN, "contexts/returning-to-work.md", "Is return mentoring only for parents?", "similar leave"),
    (HEALTH, "contexts/healthcare.md", "How common are mentors in medicine?", "ask for one talk"),
    (ARTS, "contexts/artist-choosing-a-mentor.md", "First step", "quality of the work"),
    (ARTS, "contexts/creative-work.md", "Should I pay my mentor?", "arts council"),
    (r"no promotion|sponsor|promot|up for me|forward", "roles/mentor-coach-sponsor-manager.md",
     "What does a sponsor do?", "cannot ask a stranger"),
    (CHANGE, "contexts/career-changers.md", "Where do I find such people?", "Alumni"),
    (IDENTITY, "finding/under-represented-and-cross-cultural-mentees.md", "Are groups a good choice?",
     "Look for a circle"),
    (FOUNDER, "contexts/founder-looking-for-a-mentor.md", "Then", "Ask three people"),
    (CHANGE, "finding/changing-field-no-contacts.md", "First step", "similar move"),
    (r"fully remote|work\w* (from home|remotely)", "finding/working-remotely-no-visibility.md", "First step",
     "15-minute"),
    (SOFTWARE, "contexts/software-and-open-source.md", "How do I find a mentor as a developer?",
     "solved the challenge"),
    (ALONE, "finding/nobody-in-my-company-fits.md", "Then", "Good places"),
    (r"student|undergrad|college|graduat", "finding/where-to-look.md", "How do you look among alumni and online?",
     "One method"),
    (r"outside my", "finding/where-to-look.md", "How do you look outside work?", "Outside work"),
    (r"\b(company|colleague|team|manager|boss|at work)\b", "finding/where-to-look.md", "How do you look at work?",
     "any level"),
    (r"", "finding/where-to-look.md", "How do you look outside work?", "Outside work"),
    (r"", "finding/where-to-look.md", "Where can you find a mentor?", "people who already know"),
)
"""(what the user says, library text, section, words of the sentence); the first that fit are shown."""
FLAGS = (
    (FOUNDER, "contexts/founders.md", "Should I give a mentor shares or money?", "asks for a share"),
    (ARTS, "contexts/creative-work.md", "What are warning signs in a creative mentorship?", "share of your rights"),
    (r"\b(lab|supervisor|adviser|advisor|pi)\b(?=.*\b(choos|join|pick)\w*)", "finding/test-the-fit-and-red-flags.md",
     "What are red flags?", "switching out"),
    (r"", "finding/test-the-fit-and-red-flags.md", "What are red flags?", "Watch for"),
)  # fmt: skip
ASIDES = (
    (r"\b(autis|adhd|neurodiver|dyslex)", "contexts/neurodivergence.md",
     "What can a neurodivergent mentee ask for?", "in advance"),
    (r"\b(younger|older) than|too old|\b[4-6]\d\b,? ", "contexts/career-changer-starting-over.md", "Then",
     "younger than you"),
    (r"\bmy (current )?(boss|manager)\b", "roles/mentor-coach-sponsor-manager.md",
     "Can your manager be your mentor?", "assesses you"),
    (r"shy|introvert|afraid|scared|bother", "finding/finding-the-right-mentor.md",
     "Will people really want to help?", "Flynn"),
    (r"famous|big name", "finding/finding-the-right-mentor.md", "How do you make a list of people?", "two steps ahead"),
    (r"", "finding/values-and-criteria.md", "What if nobody meets all your criteria?", "Keep the deal-breakers"),
)  # fmt: skip


def sentence(library: Library, path: str, heading: str, words: str = "") -> Line | None:
    """The sentence of a section that holds these words, as it stands there; without such words its first."""
    document = library.documents.get(path)
    passage = document.part(heading) if document else None
    if passage is None:
        return None
    text = next((s for s in sentences(passage.text) if words.lower() in s.lower()), "")
    return Line(text, passage, text) if text else None


def places(library: Library, said: str, given: Mapping[str, str]) -> list[Line]:
    """Where to look, the most specific first."""
    found: list[Line] = []
    american = AMERICA.search(given.get("place", "") or said) is not None
    for cue, path, heading, words in PLACES:
        if len(found) >= (SHOWN if cue else ENOUGH):
            break
        if not re.search(cue, said, re.I) or ("United States" in words and not american):
            continue
        line = sentence(library, path, heading, words)
        if line and line.text not in [x.text for x in found]:
            found.append(line)
    return found


def red_flag(library: Library, said: str) -> Line | None:
    """What to beware of in this field."""
    return _first(library, said, FLAGS)


def aside(library: Library, said: str) -> Line | None:
    """One more sentence that fits what the user mentioned."""
    return _first(library, said, ASIDES)


def _first(library: Library, said: str, rows: tuple[tuple[str, str, str, str], ...]) -> Line | None:
    fitting = (row[1:] for row in rows if re.search(row[0], said, re.I | re.S))
    return next((line for row in fitting if (line := sentence(library, *row))), None)
