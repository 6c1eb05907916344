"""What a running program can ask of its importer; the importer itself is written in C."""

from _oxidized_importer import OxidizedFinder, finder

__all__ = ["OxidizedFinder", "finder"]
