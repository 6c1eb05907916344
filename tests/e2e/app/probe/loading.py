import atexit
import decimal  # noqa: F401
import sys

# Last of what a program does: what its own functions do at exit counts.
atexit.register(lambda: sys.modules.setdefault("late", sys))
print("loaded")
exec(sys.argv[1])
