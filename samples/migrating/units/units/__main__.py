import sys

from units import convert

value, unit, wanted = sys.argv[1:]
print(f"{convert(float(value), unit, wanted):g} {wanted}")
