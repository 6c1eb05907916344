"""Fills in a letter: a template beside this module, and names from the command line."""

import sys
from importlib.resources import files

from jinja2 import Environment


def main():
    text = (files(__name__) / "invitation.txt").read_text(encoding="utf-8")
    print(Environment(autoescape=True).from_string(text).render(names=sys.argv[1:]))
