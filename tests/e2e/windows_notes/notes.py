"""Says what it is called with, and may wait for its input's end; as a service, it writes that to a
file."""

import sys
import threading
from pathlib import Path


def serve() -> None:
    """Answers Windows' service manager until it says to stop."""
    import ctypes
    from ctypes import wintypes

    advapi32 = ctypes.WinDLL("advapi32")
    main_type = ctypes.WINFUNCTYPE(None, wintypes.DWORD, ctypes.POINTER(wintypes.LPWSTR))
    handler_type = ctypes.WINFUNCTYPE(None, wintypes.DWORD)
    advapi32.RegisterServiceCtrlHandlerW.restype = ctypes.c_void_p
    stopped = threading.Event()

    class Entry(ctypes.Structure):
        _fields_ = [("name", wintypes.LPWSTR), ("main", main_type)]

    @handler_type
    def handle(control: int) -> None:
        if control == 1:
            stopped.set()

    @main_type
    def main(count: int, arguments: object) -> None:
        manager = ctypes.c_void_p(advapi32.RegisterServiceCtrlHandlerW("notesd", handle))

        def tell(state: int) -> None:
            status = (wintypes.DWORD * 7)(0x10, state, 1)
            advapi32.SetServiceStatus(manager, status)

        Path("C:/served.txt").write_text("\n".join(sys.argv[1:]))
        tell(4)
        stopped.wait()
        Path("C:/served.txt").unlink()
        tell(1)

    advapi32.StartServiceCtrlDispatcherW((Entry * 2)(Entry("notesd", main)))


if sys.argv[1:2] == ["serve"]:
    serve()
else:
    sys.stdout.write(" ".join(["notes", *sys.argv[1:]]) + "\n")
    sys.stdout.flush()
    if sys.argv[1:2] == ["wait"]:
        sys.stdin.read()
