"""The skills. This registry is the only list of them: a new skill is one module and one line here."""

from __future__ import annotations

from coach.skills.agenda import Agenda
from coach.skills.ask import Ask
from coach.skills.base import Draft, Skill, Turn
from coach.skills.feedback import Feedback
from coach.skills.find_mentor import FindMentor
from coach.skills.friction import Friction
from coach.skills.outreach import Outreach
from coach.skills.rehearse import Rehearse

SKILLS: tuple[Skill, ...] = (Ask(), FindMentor(), Outreach(), Agenda(), Friction(), Feedback(), Rehearse())
REGISTRY = {skill.name: skill for skill in SKILLS}

__all__ = ["REGISTRY", "Draft", "Skill", "Turn"]
