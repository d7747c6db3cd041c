"""Which skill a message asks for, learned from labelled examples; in milliseconds and without a language model."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import yaml

from coach.classify import Classifier
from coach.errors import WeightsMissing
from coach.models.embeddings import MiniLM

OUT_OF_SCOPE = "out_of_scope"
LONGEST_READ = 900  # characters of a message
EXAMPLES = Path(__file__).parent / "data" / "routes.yaml"
WRITE = re.compile(
    r"\b(draft|write|compose|reword|rephrase)\b.{0,60}"
    r"\b(message|email|e-mail|mail|note|dm|letter|linkedin|follow[- ]?up|thank[- ]you|intro\w*|him|her|them|to)\b"
    r"|\b(help me|can you|could you|please|i want to|i'd like to|i would like to|i need to|want you to)\b.{0,40}"
    r"\b(message|email|e-mail|contact|reach out|decline|thank|reply to|follow up|reconnect|turn (him|her|them) down)\b"
    r"|\b(introduce me to|put me in touch with)\b"
    r"|\b(linkedin (note|message|request)|connection (note|request)|thank[- ]you (note|email|card|message))\b"
    r"|\b(follow[- ]?up|cold) (email|message|note|mail)\b",
    re.IGNORECASE | re.DOTALL,
)
PRACTISE = re.compile(
    r"\b(rehears\w+|role[- ]?play\w*|pretend (to be|you)|dry run|sparring|simulat\w+|mock (talk|conversation|chat))\b"
    r"|\b(practi[sc]e|try out) (\w+ ){0,4}(conversation|talk|saying|telling|asking|it|this|chat|lines?|with you)\b"
    r"|\b(you be|you('re| are) (my|the|now)|you play|play (my|the|a)|act (as|like)) \w+",
    re.IGNORECASE,
)
PLAN = re.compile(
    r"\bagenda\b|\b(plan|structure|outline|prepare|schedule|timebox\w*)\b.{0,40}"
    r"\b(meeting|session|call|one[- ]to[- ]one|1[:-]1|check[- ]?in|catch[- ]?up|kick[- ]?off|hour|minutes)\b"
    r"|\bmentoring agreement\b",
    re.IGNORECASE | re.DOTALL,
)
PREPARE_IT = re.compile(r"\b(meeting|session|1:1|call)\b.{0,60}\b(prepare|plan) (for )?(it|this|that)\b", re.IGNORECASE)
RAISE = re.compile(
    r"\b(my|our|the) (\w+ ){0,2}(mentee|student|intern|trainee|junior|apprentice|resident)\b.{0,400}"
    r"\b(late|interrupt\w*|argued|missed|read (every|each|all)|ignored|forgot|talked over|copied|shouted|lied|skipped"
    r"|handed in|did(n't| not) (do|send|prepare|show|finish|come))\b.{0,400}"
    r"\b(tell|talk to|speak (to|with)|raise (it|this)|address (it|this)|bring (it|this) up|feedback)\b",
    re.IGNORECASE | re.DOTALL,
)
CUES = (("rehearse", PRACTISE), ("feedback", RAISE), ("agenda", PREPARE_IT), ("outreach", WRITE), ("agenda", PLAN))
ASKS_ABOUT = re.compile(
    r"^\W*(how (long|often|soon|many|much)|when (should|do|can)|should i|is it|why|what (is|are|does|makes))\b",
    re.IGNORECASE,
)
EDIT = re.compile(
    r"\b(shorter|longer|warmer|friendlier|(more|less) \w+|mention|add|include|remove|drop|delete|leave out|change"
    r"|replace|make it|instead|rewrite|too (long|short|stiff|formal)"
    r"|in (spanish|french|german|italian|portuguese|dutch))\b",
    re.IGNORECASE,
)
LONGEST_EDIT = 40  # words
SHORT = 14  # words; a message this short may lean on the one before it
LEANS = re.compile(
    r"^(and|but|so|ok(ay)?|what if|what about|how about|why|then|who)\b"
    r"|^(what|how) (could|should|can|do|would) i (say|do|write|word|phrase|put|start|begin|ask)\b"
    r"|\b(it|that|this|he|she|they|him|her|them)\b",
    re.IGNORECASE,
)
REFERS = re.compile(r"\b(it|that|this|he|she|they|him|her|them|his|their)\b", re.IGNORECASE)
NAMES = re.compile(
    r"\b(my|a|an|our|some|another) (\w+ ){0,2}\w*(mentor|mentee|boss|supervisor|advis|student|manag|prof)",
    re.IGNORECASE,
)
TURNS = re.compile(r"\b(separately|by the way|(different|another) (question|topic|thing)|new topic)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Last:
    """What routing needs to know of the reply before: its skill, whether it made a thing, whether that has blanks."""

    skill: str
    made: bool = False
    blanks: bool = False


def continues(message: str) -> bool:
    """Whether a message leans on the one before it."""
    return len(message.split()) <= SHORT and bool(LEANS.search(message)) and not TURNS.search(message)


def refers(message: str) -> bool:
    """Whether a message speaks of somebody or something that only the one before it names."""
    return bool(REFERS.search(message)) and not NAMES.search(message)



class Router:
    """Routes messages; what it learns from is read at the first message."""

    def __init__(self, embedder: MiniLM, known: set[str], cache: Path) -> None:
        raw: dict[str, list[str]] = yaml.safe_load(EXAMPLES.read_text(encoding="utf-8"))
        self._known = known
        examples = [(skill, text) for skill, texts in raw.items() for text in texts]
        self.classifier = Classifier(embedder, examples, cache)

    def route(
        self, message: str, current: str | None = None, last: Last | None = None, *, leans: bool = False
    ) -> str:
        """The skill's name.

        Args:
            message: what the user wrote.
            leans: whether the message goes on from the reply before.
            current: the skill that was chosen, or whose questions are being answered; it is kept.
            last: the reply before; a message that leans on it, or changes what it made, stays with its skill.
        """
        if current:
            return current
        if last and self._goes_on(message, last, leans):
            return last.skill
        if not ASKS_ABOUT.search(message):
            for skill, cue in CUES:
                if skill in self._known and cue.search(message):
                    return skill
        return self.best(message)

    def best(self, message: str) -> str:
        """The likeliest skill by its words alone; a skill that is not known is answered by `ask`."""
        try:
            chances = self.classifier.probabilities([message[:LONGEST_READ]])[0]
        except WeightsMissing:
            return "ask"
        skill = max(chances, key=lambda name: chances[name])
        return skill if skill in self._known or skill == OUT_OF_SCOPE else "ask"

    def _goes_on(self, message: str, last: Last, leans: bool) -> bool:
        if last.skill not in self._known:
            return False
        short = len(message.split()) <= LONGEST_EDIT
        if last.made and short and EDIT.search(message):
            return True
        if last.blanks and short and "?" not in message:
            return True  # facts for what is still blank
        return leans
