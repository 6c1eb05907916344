"""`python -m oxidize`: the same as the `oxidize` command."""

from oxidize.cli.main import entry

if __name__ == "__main__":
    entry()
