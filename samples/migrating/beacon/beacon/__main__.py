import sys

from beacon import spell
from beacon_version import VERSION

print(f"beacon {VERSION}" if sys.argv[1:] == ["--version"] else spell(" ".join(sys.argv[1:])))
