"""Fixtures for all tests: weights and index come from the user's cache, what is written goes to a new folder."""

from pathlib import Path

import pytest

from coach.session import Coach
from coach.settings import Settings, load_settings


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The settings of this machine, with conversations in a new folder."""
    return load_settings().model_copy(update={"data_dir": Path(tmp_path_factory.mktemp("data"))})


@pytest.fixture(scope="session")
def coach(settings: Settings) -> Coach:
    """A coach on the real library, index and embedded model."""
    made = Coach(settings)
    made.prepare()
    return made
