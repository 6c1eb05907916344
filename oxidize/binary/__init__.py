"""Executable formats: what oxidize reads from them and writes into them."""
