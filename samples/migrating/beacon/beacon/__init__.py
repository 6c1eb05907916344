"""Spells a text in Morse code."""

import json
from importlib.resources import files

CODE = json.loads((files(__name__) / "code.json").read_text(encoding="utf-8"))


def spell(text):
    return " ".join(CODE[letter] for letter in text.lower() if letter in CODE)
