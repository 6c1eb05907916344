import sys
from importlib.metadata import version

from tally import tally


def main():
    if sys.argv[1:] == ["--version"]:
        print("tally", version("tally"))
        return
    for word, times in sorted(tally(sys.stdin.read()).items()):
        print(f"{times:3} {word}")
