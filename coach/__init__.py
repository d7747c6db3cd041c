"""Mentorship coach: grounded help for mentees and mentors."""

__version__ = "0.1.0"
