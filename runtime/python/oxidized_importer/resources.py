"""Package data for importlib.resources: files of the program, seen as a tree of folders."""

import contextlib
import io
import os
import pathlib
from importlib.resources import as_file
from importlib.resources.abc import Traversable, TraversableResources

from .paths import inside, virtual


def reader(finder, name):
    """The resource reader of a package, for the finder's get_resource_reader."""
    path = inside(finder, finder.get_filename(name))
    # A namespace package has the path of its folder.
    folder = path if path == name.replace(".", "/") else path.rpartition("/")[0]
    return OxidizedResourceReader(VirtualPath(finder, folder))


class OxidizedResourceReader(TraversableResources):
    """Reads the data of one package."""

    def __init__(self, root):
        self._root = root

    def files(self):
        """The package's folder."""
        return self._root


class VirtualPath(Traversable):
    """A file or folder inside the program; `path` is relative, "" is the top."""

    def __init__(self, finder, path):
        self._finder = finder
        self._path = path

    def __str__(self):
        return virtual(self._finder, self._path)

    def __repr__(self):
        return f"VirtualPath({str(self)!r})"

    def __eq__(self, other):
        return isinstance(other, VirtualPath) and str(self) == str(other)

    def __hash__(self):
        return hash(str(self))

    @property
    def name(self):
        """The last part of the path."""
        return pathlib.PurePath(str(self)).name

    @property
    def parent(self):
        """The folder around it."""
        return VirtualPath(self._finder, self._path.rpartition("/")[0])

    def _inside(self):
        """(start of the paths inside this folder, all of them)."""
        start = self._path + "/" if self._path else ""
        return start, self._finder._paths(start)

    def iterdir(self):
        """What is directly inside, sorted by name. Raises NotADirectoryError for a file."""
        start, paths = self._inside()
        if not paths:
            error = NotADirectoryError if self.is_file() else FileNotFoundError
            raise error(str(self))
        names = sorted({path[len(start) :].partition("/")[0] for path in paths})
        return iter([VirtualPath(self._finder, start + name) for name in names])

    def is_file(self):
        """Whether it is a file."""
        return self._finder._has_file(self._path)

    def is_dir(self):
        """Whether anything lies inside it."""
        return bool(self._inside()[1])

    def exists(self):
        """Whether it is a file or a folder."""
        return self.is_file() or self.is_dir()

    def joinpath(self, *parts):
        """A path below this one; ".." steps up, but never out of the program."""
        stack = self._path.split("/") if self._path else []
        for part in "/".join(map(str, parts)).replace(os.sep, "/").split("/"):
            if part == "..":
                if stack:
                    stack.pop()
            elif part not in ("", "."):
                stack.append(part)
        return VirtualPath(self._finder, "/".join(stack))

    def __truediv__(self, part):
        return self.joinpath(part)

    def open(self, mode="r", *args, **kwargs):
        """A stream over the file's contents, as built-in open() gives."""
        if mode not in ("r", "rt", "rb"):
            raise ValueError(f"a file of the program is for reading only, not {mode!r}")
        stream = io.BytesIO(self.read_bytes())
        return stream if mode == "rb" else io.TextIOWrapper(stream, *args, **kwargs)

    def read_bytes(self):
        """The contents."""
        if not self.is_file() and self.is_dir():
            raise IsADirectoryError(str(self))
        return self._finder.get_data(str(self))

    def read_text(self, encoding=None, errors=None):
        """The contents as text."""
        with self.open("r", encoding=encoding, errors=errors) as stream:
            return stream.read()


@as_file.register(VirtualPath)
@contextlib.contextmanager
def _as_file(path):
    """A real file or folder, in the program's own folder: nothing to be removed afterwards."""
    try:
        real = _make_real(path)
    except OSError:
        with as_file.dispatch(object)(path) as temporary:
            yield temporary
    else:
        yield real


def _make_real(path):
    """Extracts a file, or all files of a folder. Raises OSError."""
    finder, relative = path._finder, path._path
    names = [relative] if path.is_file() else finder._paths(relative + "/")
    if not names:
        raise FileNotFoundError(str(path))
    for name in names:
        data = finder.get_data(virtual(finder, name))
        real = finder._extract(name, data, False)
    return pathlib.Path(real[: len(real) - len(names[-1])], relative)
