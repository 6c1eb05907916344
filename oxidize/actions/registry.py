"""The registry: every kind of action by its mnemonic."""

from __future__ import annotations

from collections.abc import Mapping

from oxidize.actions.archive import Archive
from oxidize.actions.build_wheel import BuildWheel
from oxidize.actions.collect_extensions import CollectExtensions
from oxidize.actions.compile import Compile
from oxidize.actions.embed import Embed
from oxidize.actions.host_import import HostImport
from oxidize.actions.host_libraries import HostLibraries
from oxidize.actions.host_probe import HostProbe
from oxidize.actions.install_packages import InstallPackages
from oxidize.actions.kind import ActionKind
from oxidize.actions.lay_out import LayOut
from oxidize.actions.link_runtime import LinkRuntime
from oxidize.actions.lock_section import LockSection
from oxidize.actions.make_file import MakeFile
from oxidize.actions.pack import Pack
from oxidize.actions.write_files import WriteFiles

KINDS: Mapping[str, ActionKind] = {
    kind.mnemonic: kind
    for kind in (
        Archive(),
        BuildWheel(),
        CollectExtensions(),
        Compile(),
        Embed(),
        HostImport(),
        HostLibraries(),
        HostProbe(),
        InstallPackages(),
        LayOut(),
        LinkRuntime(),
        LockSection(),
        MakeFile(),
        Pack(),
        WriteFiles(),
    )
}
