"""The launcher of sandboxes: it makes a view of the file system, and becomes the command in it.

This file is a script, not a module of oxidize: it imports the standard library only, and starts
fast. It is called with a JSON file and a command. The file says what the command sees, by absolute
path: {"system": [...], "hidden": [...], "empty": [...], "read": [...], "write": [...], "network":
bool}. Of two places, the inner one counts; of the same place, the later list. What doesn't exist is
left out.

The process stays the same one, so groups, signals and exit codes are the command's. If the view
can't be made, it says so in a line that begins with PREFIX, and exits with FAILED.
"""

from __future__ import annotations

import errno
import json
import os
import stat
import struct
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

    Spec = dict[str, Any]

PREFIX = "oxidize: no sandbox: "
FAILED = 125  # no view
UNSTARTED = 126  # the command can't be started: the line has its error's number

# What the file has; "hidden" and "empty" are empty folders, of which the latter can be written to.
LISTS = ("system", "hidden", "empty", "read", "write")

# Of linux/sched.h, linux/mount.h and linux/fcntl.h.
_NEW_MOUNTS, _NEW_USER, _NEW_NETWORK = 0x0002_0000, 0x1000_0000, 0x4000_0000
_NO_SUID, _NO_DEVICES, _BIND, _RECURSIVE, _SLAVE = 2, 4, 0x1000, 0x4000, 0x8_0000
_DETACH = 2
_MOUNT_SETATTR, _AT_FOLDER, _AT_RECURSIVE, _READ_ONLY = 442, -100, 0x8000, 1

_OLD, _NEW = "/old", "/new"
_DEVICES = ("full", "null", "random", "tty", "urandom", "zero")
_MOST_LINKS = 100


def main(spec_file: str, argv: list[str]) -> NoReturn:
    """Becomes the command."""
    with open(spec_file, encoding="utf-8") as file:
        spec = json.load(file)
    folder = os.getcwd()
    if "/" not in argv[0]:
        # It imports, and this Python's own library may not be there for the command.
        os.get_exec_path()
    try:
        _enter(_NEW_MOUNTS | (0 if spec["network"] else _NEW_NETWORK))
        _build(spec, os.path.dirname(os.path.abspath(spec_file)))
        os.chdir(folder)
    except OSError as error:
        _give_up(FAILED, f"{error.strerror} ({error.filename or 'ids of users'})")
    except (AttributeError, ImportError) as error:  # a Python without ctypes, another C library
        _give_up(FAILED, str(error))
    try:
        os.execvp(argv[0], argv)
    except OSError as error:
        _give_up(UNSTARTED, str(error.errno))


def _give_up(code: int, why: str) -> NoReturn:
    sys.stderr.write(f"{PREFIX}{why}\n")
    sys.stderr.flush()
    os._exit(code)


def _enter(flags: int) -> None:
    """Unshares; whoever may not, as most users, does it as the root of a user namespace."""
    user, group = os.geteuid(), os.getegid()
    try:
        _call("unshare", "namespaces", flags)
        return
    except PermissionError:
        _call("unshare", "user namespaces", flags | _NEW_USER)
    _write("/proc/self/setgroups", "deny")
    _write("/proc/self/uid_map", f"{user} {user} 1")
    _write("/proc/self/gid_map", f"{group} {group} 1")


def _write(path: str, text: str) -> None:
    with open(path, "w") as file:
        file.write(text)


def _build(spec: Spec, somewhere: str) -> None:
    """A new root: the old one is at _OLD meanwhile."""
    places, links = _places(spec)
    _mount(None, "/", _RECURSIVE | _SLAVE)
    _mount("tmpfs", somewhere, _NO_SUID | _NO_DEVICES, "tmpfs")
    for name in (_OLD, _NEW):
        os.mkdir(somewhere + name)
    _pivot(somewhere, somewhere + _OLD)
    _mount("tmpfs", _NEW, _NO_SUID | _NO_DEVICES, "tmpfs")
    _devices()
    for path, how in sorted(places.items()):
        _PLACE[how](path)
    for path, target in links.items():
        if not os.path.lexists(_NEW + path):
            os.makedirs(os.path.dirname(_NEW + path), exist_ok=True)
            os.symlink(target, _NEW + path)
    for path in ["", *(path for path, how in places.items() if how == "hidden")]:
        if os.path.ismount(_NEW + path):
            _read_only(_NEW + path, recursive=False)
    os.chdir(_NEW)
    _pivot(".", ".")
    _call("umount2", "/", b".", _DETACH)


def _places(spec: Spec) -> tuple[dict[str, str], dict[str, str]]:
    """(path without links -> how it is shown, links that lead there -> their targets)."""
    places: dict[str, str] = {}
    links: dict[str, str] = {}
    for how in LISTS:
        for path in spec[how]:
            real = _resolve(path, links)
            if real != "/" and (how in ("hidden", "empty") or os.path.exists(real)):
                places[real] = how
    return places, links


def _resolve(path: str, links: dict[str, str]) -> str:
    """The path without links; those that were followed are noted."""
    done, todo, followed = "/", path.split("/")[::-1], 0
    while todo:
        name = todo.pop()
        if name in ("", "."):
            continue
        if name == "..":
            done = os.path.dirname(done)
            continue
        here = os.path.join(done, name)
        if os.path.islink(here) and followed < _MOST_LINKS:
            followed += 1
            links[here] = os.readlink(here)
            done = "/" if links[here].startswith("/") else done
            todo += links[here].split("/")[::-1]
        else:
            done = here
    return done


def _show(path: str) -> str:
    """Binds a file or folder of the old root at the same place."""
    target = _NEW + path
    if os.path.isdir(_OLD + path):
        os.makedirs(target, exist_ok=True)
    elif not os.path.lexists(target):
        os.makedirs(os.path.dirname(target), exist_ok=True)
        os.close(os.open(target, os.O_CREAT | os.O_WRONLY))
    _mount(_OLD + path, target, _BIND | _RECURSIVE)
    return target


def _show_read_only(path: str) -> None:
    _read_only(_show(path), recursive=True)


def _hide(path: str) -> None:
    """An empty folder: what is written to it goes with the command."""
    if not os.path.isdir(_NEW + path):
        try:
            os.makedirs(_NEW + path)
        except OSError:
            return  # below something that is shown, and not there
    _mount("tmpfs", _NEW + path, _NO_SUID | _NO_DEVICES, "tmpfs")


_PLACE = {
    "system": _show_read_only,
    "hidden": _hide,
    "empty": _hide,
    "read": _show_read_only,
    "write": _show,
}


def _devices() -> None:
    for name in _DEVICES:
        if stat.S_ISCHR(_mode(f"{_OLD}/dev/{name}")):
            _show(f"/dev/{name}")
    _show("/proc")
    _hide("/dev/shm")
    os.symlink("/proc/self/fd", f"{_NEW}/dev/fd")
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        os.symlink(f"/proc/self/fd/{number}", f"{_NEW}/dev/{name}")


def _mode(path: str) -> int:
    return os.stat(path).st_mode if os.path.exists(path) else 0


def _read_only(path: str, *, recursive: bool) -> None:
    attributes = struct.pack("4Q", _READ_ONLY, 0, 0, 0)
    flags = _AT_RECURSIVE if recursive else 0
    words = (_MOUNT_SETATTR, _AT_FOLDER, path.encode(), flags, attributes, len(attributes))
    try:
        _call("syscall", path, *words)
    except OSError as error:
        # Linux before 5.12 hasn't got it: reading is what counts.
        if error.errno != errno.ENOSYS:
            raise


def _mount(source: str | None, target: str, flags: int, kind: str | None = None) -> None:
    where, what = (None if word is None else os.fsencode(word) for word in (source, kind))
    _call("mount", target, where, os.fsencode(target), what, flags, None)


def _pivot(root: str, old: str) -> None:
    _call("pivot_root", root, os.fsencode(root), os.fsencode(old))
    os.chdir("/")


def _call(name: str, what: str, *words: int | bytes | None) -> None:
    """Calls a function of the C library. Raises OSError about `what`."""
    import ctypes

    function = getattr(ctypes.CDLL(None, use_errno=True), name)
    if function(*(ctypes.c_long(word) if isinstance(word, int) else word for word in words)) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), what)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
