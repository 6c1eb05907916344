"""Wrong build files, each with the exact message that it gets."""
