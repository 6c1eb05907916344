"""Installers: one file per format; each writes the same bytes for the same files."""
