"""Settings, read from the environment (`COACH_…`); importing this module does no I/O."""

from __future__ import annotations

from pathlib import Path

from platformdirs import user_cache_path, user_data_path
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from coach.errors import ConfigError

ROOT = Path(__file__).resolve().parent.parent


class ChatSettings(BaseModel):
    """The chat model. Without a base URL or an OpenAI key the embedded model answers."""

    model_config = ConfigDict(extra="forbid")

    base_url: str | None = None
    model: str | None = None
    api_key: SecretStr | None = None
    tier: str | None = Field(default=None, pattern="^(small|large)$")
    embedded: bool = True
    max_tokens: int = Field(default=500, ge=16, le=8000)
    connect_timeout: float = Field(default=5.0, gt=0)
    token_timeout: float = Field(default=60.0, gt=0, description="seconds to the first token and between tokens")
    total_timeout: float = Field(default=180.0, gt=0)


class Settings(BaseSettings):
    """All settings; each is an environment variable `COACH_…` (nested ones with `__`)."""

    model_config = SettingsConfigDict(env_prefix="COACH_", env_nested_delimiter="__", extra="ignore")

    chat: ChatSettings = ChatSettings()
    openai_api_key: SecretStr | None = Field(default=None, validation_alias="OPENAI_API_KEY")
    cache_dir: Path = Field(default_factory=lambda: user_cache_path("mentorship-coach"))
    data_dir: Path = Field(default_factory=lambda: user_data_path("mentorship-coach"))
    database_url: str | None = None
    knowledge_dir: Path = ROOT / "knowledge"
    knowledge_extra_dir: Path | None = Field(default=None, description="a second library folder, added to the first")
    prompts_dir: Path = ROOT / "prompts"
    region: str = Field(default="", description="two-letter country code for help lines, such as US, GB, IE")

    @property
    def store_url(self) -> str:
        """SQLAlchemy URL of the store; SQLite in the data folder unless one is set."""
        return self.database_url or f"sqlite:///{self.data_dir / 'coach.db'}"


def load_settings() -> Settings:
    """Read the settings from the environment.

    Raises:
        ConfigError: a value cannot be used; names the variable.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        variable = "COACH_" + "__".join(str(part) for part in first["loc"]).upper()
        raise ConfigError(f"{variable} cannot be used ({first['msg']}); correct it or unset it.") from error
