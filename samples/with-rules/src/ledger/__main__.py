"""The command line: `ledger AMOUNT...`, `ledger --version`."""

import sys
from decimal import Decimal

import release


def main(arguments: list[str]) -> None:
    """Prints the sum, or what this program is."""
    if arguments == ["--version"]:
        print(release.name, release.version)
    else:
        print(sum(map(Decimal, arguments), Decimal("0.00")))


if __name__ == "__main__":
    main(sys.argv[1:])
