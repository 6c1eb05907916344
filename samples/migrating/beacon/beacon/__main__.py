import sys

from beacon_version import VERSION

from beacon import spell

print(f"beacon {VERSION}" if sys.argv[1:] == ["--version"] else spell(" ".join(sys.argv[1:])))
