"""Counts words, but for those that words.json says are of no interest."""

import json
from collections import Counter
from importlib.resources import files

DULL = set(json.loads((files(__name__) / "words.json").read_text(encoding="utf-8")))


def tally(text):
    return Counter(word for word in text.lower().split() if word not in DULL)
