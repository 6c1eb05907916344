"""Distribution metadata for importlib.metadata: the .dist-info folders inside the program."""

from importlib.metadata import Distribution, Prepared

from .resources import VirtualPath

_SUFFIXES = (".dist-info", ".egg-info")


def find_distributions(finder, context):
    """The distributions that a context asks for; all without a context or a name."""
    given = vars(context) if context is not None else {}
    if "path" in given and finder.path_hook_base_str not in given["path"]:
        return []
    name = given.get("name")
    wanted = Prepared(name).normalized if name else None
    return [
        OxidizedDistribution(finder, folder)
        for folder in sorted({path.partition("/")[0] for path in finder._paths("")})
        if folder.endswith(_SUFFIXES) and wanted in (None, _normalized(folder))
    ]


def _normalized(folder):
    return Prepared.normalize(folder.rpartition(".")[0].partition("-")[0])


class OxidizedDistribution(Distribution):
    """One distribution that the program carries."""

    def __init__(self, finder, folder):
        self._root = VirtualPath(finder, "")
        self._folder = VirtualPath(finder, folder)

    def read_text(self, filename):
        """A metadata file's text; None when there is no such file."""
        path = self._folder.joinpath(str(filename))
        return path.read_text(encoding="utf-8") if path.is_file() else None

    def locate_file(self, path):
        """The place of one of the distribution's files inside the program."""
        return self._root.joinpath(str(path))

    @property
    def _normalized_name(self):
        return _normalized(self._folder.name)
