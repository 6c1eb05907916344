import sys

from almanac import sown_in

print(*sown_in(sys.argv[1]), sep="\n")
