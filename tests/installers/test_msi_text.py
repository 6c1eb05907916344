"""Text of packages for Windows Installer gets through wixl by names of its letters."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from oxidize.installers.msi_text import has_names, with_letters, with_names

TEXTS = st.text(st.sampled_from("_U0A5F$aö日") | st.characters(exclude_categories=["Cs"]))


@given(TEXTS)
def test_back(text: str) -> None:
    """Any text comes back, also one that looks like names; wixl sees no letter it can't have."""
    named = with_names(text)
    assert with_letters(named) == text
    assert named.isascii()
    assert "$" not in named
    assert has_names(named) or named == text
