"""The decoder of zstd, which AppImages begin with: its source and its recipe."""

from __future__ import annotations

from pathlib import Path

from oxidize.distributions.recipes.recipe import Keep, Recipe
from oxidize.distributions.recipes.target import RecipeTarget
from oxidize.distributions.source_manifest import SourceArchive, read_source_manifest

DECODER = "zstd"


def decoder_source() -> SourceArchive:
    """The source of what decompresses the image."""
    text = Path(__file__).with_name("decoder.json").read_text(encoding="utf-8")
    return read_source_manifest(text, (DECODER,)).libraries()[DECODER]


def decoder_recipe(target: RecipeTarget) -> Recipe:
    """zstd without all that compresses, which is a source of its own among the others."""
    source = "build/single_file_libs/zstddeclib-in.c"
    return Recipe(
        commands=(
            ("cc", *target.flags.split(), "-Ilib", "-c", source, "-o", "decoder.o"),
            ("ar", "rcs", "libzstd.a", "decoder.o"),
        ),
        keep=(
            Keep("source", "libzstd.a", "lib"),
            Keep("source/lib", "zstd.h", "include"),
            Keep("source/lib", "zstd_errors.h", "include"),
        ),
        licence="BSD-3-Clause",
        licence_file="LICENSE",
        tools=(),
    )
