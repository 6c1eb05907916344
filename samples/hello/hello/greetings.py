"""The greetings: package data, found wherever the package lies."""

import json
from importlib import resources


def load() -> dict[str, str]:
    """Language -> greeting with a place for the name."""
    data = resources.files(__package__).joinpath("data", "greetings.json")
    return json.loads(data.read_text(encoding="utf-8"))


def greet(name: str, language: str) -> str:
    """A greeting. Raises KeyError for a language that isn't there."""
    return load()[language].format(name=name)
