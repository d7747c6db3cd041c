"""Every error a user can meet, each one sentence with the next step.

CoachError
├── ConfigError            a setting is wrong or missing
├── PromptError            a prompt file and its variables do not fit
├── LibraryError           a library file or its index is wrong
│   ├── IndexMissing       there is no index yet
│   └── IndexStale         the index does not fit the files or cannot be read
├── ModelError             the language model did not answer
│   ├── ModelUnavailable   transient: it may answer later
│   ├── ModelRejected      permanent: key, model name or request refused
│   └── WeightsMissing     the embedded model's weights are not on this machine
├── StoreError             conversations cannot be read or written
├── UploadError            a document of the user's own cannot be read or kept
└── InputError             what was typed or passed cannot be used
"""

from __future__ import annotations


class CoachError(Exception):
    """An error with a sentence for the user.

    Args:
        user_message: one sentence that says what happened and what to do next.
    """

    def __init__(self, user_message: str) -> None:
        super().__init__(user_message)
        self.user_message = user_message


class ConfigError(CoachError):
    """A setting is wrong or missing."""


class PromptError(CoachError):
    """A prompt file and its variables do not fit."""


class LibraryError(CoachError):
    """A library file or its index is wrong."""


class IndexMissing(LibraryError):
    """There is no index yet."""


class IndexStale(LibraryError):
    """The index does not fit the files or cannot be read."""


class ModelError(CoachError):
    """The language model did not answer."""


class ModelUnavailable(ModelError):
    """Transient: the model may answer later."""


class ModelRejected(ModelError):
    """Permanent: the key, the model name or the request was refused."""


class WeightsMissing(ModelError):
    """The embedded model's weights are not on this machine."""


class StoreError(CoachError):
    """Conversations cannot be read or written."""


class UploadError(CoachError):
    """A document of the user's own cannot be read or kept."""


class InputError(CoachError):
    """What was typed or passed cannot be used."""
