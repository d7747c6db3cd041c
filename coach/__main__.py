"""`python -m coach` is the command line."""

from coach.cli import app

app()
