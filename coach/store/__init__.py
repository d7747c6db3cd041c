"""Conversations and messages, kept in SQLAlchemy."""

from coach.store.store import Conversation, Message, Store

__all__ = ["Conversation", "Message", "Store"]
