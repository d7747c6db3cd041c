"""Finished things as files: Markdown, Word, an e-mail draft, a calendar entry."""
