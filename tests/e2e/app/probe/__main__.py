import sys

from probe import checks

if __name__ == "__main__":
    sys.exit(getattr(checks, sys.argv[1])(*sys.argv[2:]))
