"""`oxidize distribution`: the catalogue of standalone CPythons, and its archives."""
