"""pkg_resources, for programs that still use it: distributions, entry points and package data."""

import os

from .materialize import real_path
from .paths import inside
from .resources import VirtualPath


def register(finder, pkg_resources):
    """Tells a freshly imported pkg_resources of what the program carries."""

    class Metadata(pkg_resources.EmptyProvider):
        """The .dist-info folder of one distribution."""

        def __init__(self, folder):
            self._folder = folder

        def has_metadata(self, name):
            return (self._folder / name).is_file()

        def get_metadata(self, name):
            return (self._folder / name).read_text("utf-8") if name else ""

        def get_metadata_lines(self, name):
            return pkg_resources.yield_lines(self.get_metadata(name))

        def metadata_isdir(self, name):
            return (self._folder / name).is_dir()

        def metadata_listdir(self, name):
            return [path.name for path in (self._folder / name).iterdir()]

    class Provider(pkg_resources.NullProvider):
        """The data of one package."""

        def __init__(self, module):
            super().__init__(module)
            spec = module.__spec__
            self.module_path = os.path.dirname(spec.origin) if spec.origin else spec.name

        def _path(self, path):
            return VirtualPath(finder, inside(finder, path))

        def _has(self, path):
            return self._path(path).exists()

        def _isdir(self, path):
            return self._path(path).is_dir()

        def _listdir(self, path):
            return [entry.name for entry in self._path(path).iterdir()]

        def get_resource_filename(self, manager, resource_name):
            return real_path(finder, self._fn(self.module_path, resource_name))

    pkg_resources.register_loader_type(type(finder), Provider)
    for folder in sorted({path.partition("/")[0] for path in finder._paths("")}):
        if folder.endswith(".dist-info"):
            name, _, version = folder.removesuffix(".dist-info").partition("-")
            pkg_resources.working_set.add(
                pkg_resources.DistInfoDistribution(
                    finder.path_hook_base_str,
                    Metadata(VirtualPath(finder, folder)),
                    project_name=name,
                    version=version,
                    py_version=None,
                    precedence=pkg_resources.DEVELOP_DIST,
                )
            )
