raise RuntimeError("at import")  # the importing line
