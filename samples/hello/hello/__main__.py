"""The command line: `hello [--language L] [NAME]`."""

import argparse
import sys

from hello.greetings import greet, load


def main() -> int:
    """Prints a greeting; 0 unless the command line is wrong."""
    parser = argparse.ArgumentParser(prog="hello")
    parser.add_argument("name", nargs="?", default="world")
    parser.add_argument("--language", choices=sorted(load()), default="en")
    arguments = parser.parse_args()
    print(greet(arguments.name, arguments.language))
    return 0


if __name__ == "__main__":
    sys.exit(main())
