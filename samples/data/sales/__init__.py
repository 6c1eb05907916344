"""Sales of a small shop: pandas over a CSV file that comes with the package, and SQLite."""
