"""Uncaught exceptions, printed with source lines from the program."""

import sys
import traceback


def excepthook(kind, value, trace):
    """As sys.excepthook."""
    if sys.stderr is None:
        return
    if sys.stdout is not None:
        sys.stdout.flush()
    traceback.print_exception(kind, value, trace)


def thread_excepthook(args):
    """As threading.excepthook; `args` has exc_type, exc_value, exc_traceback and thread."""
    if args.exc_type is SystemExit:
        return
    stream = sys.stderr
    if stream is None and args.thread is not None:
        stream = args.thread._stderr
    if stream is None:
        return
    name = args.thread.name if args.thread is not None else _own_name()
    print(f"Exception in thread {name}:", file=stream, flush=True)
    traceback.print_exception(args.exc_type, args.exc_value, args.exc_traceback, file=stream)
    stream.flush()


def _own_name():
    import _thread

    return _thread.get_ident()
