import sys
from importlib.metadata import version

from tally import tally


def main():
    if sys.argv[1:] == ["--version"]:
        return print("tally", version("tally"))
    for word, times in sorted(tally(sys.stdin.read()).items()):
        print(f"{times:3} {word}")
