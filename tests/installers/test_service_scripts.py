"""Scripts of packages with services, as package managers call them."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from oxidize.installers.debian_services import debian_script
from oxidize.installers.systemd import FOLDER, When, package_script
from tests import pythons

SERVICES, STARTED = ("one.service", "two.service"), ("one.service",)
RELOAD = "systemctl daemon-reload"
ENABLE = [RELOAD, "systemctl enable --now one.service"]
RESTART = [RELOAD, "systemctl try-restart one.service two.service"]
DISABLE = ["systemctl disable --now one.service two.service"]


class Machine:
    """Commands that note how they are called, and a systemd that seems to run."""

    def __init__(self, folder: Path) -> None:
        self.running, self.log, self.tools = folder / "running", folder / "log", folder / "tools"
        self.units = folder / "units"
        for each in (self.running, self.tools, self.units):
            each.mkdir()
        for name in ("systemctl", "systemd-sysusers", "deb-systemd-invoke"):
            tool = self.tools / name
            tool.write_text(f'#!/bin/sh\necho {name} "$@" >> {self.log}\n')
            tool.chmod(0o755)

    def calls(self, script: str, *arguments: str, **env: str) -> list[str]:
        """What a script calls."""
        self.log.write_text("")
        text = script.replace("/run/systemd/system", str(self.running))
        text = text.replace(FOLDER, str(self.units))
        path = f"{self.tools}{os.pathsep}{os.environ['PATH']}"
        command = ["sh", "-c", text, "script", *arguments]
        subprocess.run(command, check=True, env={"PATH": path, **env})
        return self.log.read_text().splitlines()


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """One that runs systemd."""
    return Machine(tmp_path)


@pytest.mark.parametrize(
    ("when", "arguments", "expected"),
    [
        # rpm
        ("postinstall", ["1"], ENABLE),
        ("postinstall", ["2"], RESTART),
        ("preremove", ["1"], []),
        ("preremove", ["0"], DISABLE),
        # pacman and apk
        ("postinstall", ["1.0-1"], ENABLE),
        ("postupgrade", ["2.0-1", "1.0-1"], RESTART),
        ("preremove", ["2.0-1"], DISABLE),
        ("postremove", ["2.0-1"], [RELOAD]),
    ],
)
def test_moments(machine: Machine, when: When, arguments: list[str], expected: list[str]) -> None:
    """An installation enables and starts, an upgrade restarts what runs, a removal disables."""
    script = package_script(when, SERVICES, STARTED)
    assert machine.calls(script, *arguments) == expected


def test_services_that_went(machine: Machine) -> None:
    """After an upgrade by rpm, the older version's services end that the newer one hasn't."""
    (machine.units / "one.service").touch()
    script = package_script("postremove", SERVICES, STARTED)
    assert machine.calls(script, "1") == [RELOAD, "systemctl disable --now two.service"]
    assert machine.calls(script, "0") == [RELOAD]


def test_accounts(machine: Machine) -> None:
    """Accounts are made before anything starts."""
    script = package_script("postinstall", SERVICES, STARTED, "notes.conf")
    assert machine.calls(script, "1") == ["systemd-sysusers notes.conf", *ENABLE]


def test_without_systemd(machine: Machine) -> None:
    """Nothing is called where systemd doesn't run."""
    machine.running.rmdir()
    for when in ("postinstall", "postupgrade", "preremove", "postremove"):
        assert machine.calls(package_script(when, SERVICES, STARTED, "a.conf"), "1") == []


def test_debian_starts(machine: Machine, tmp_path: Path) -> None:
    """dpkg's first installation starts services, an upgrade restarts them, a removal stops them."""
    helper = machine.tools / "deb-systemd-helper"
    helper.write_text("#!/bin/sh\n")
    helper.chmod(0o755)
    reload = "systemctl --system daemon-reload"
    installed = debian_script("postinstall", SERVICES, STARTED, "a.conf")
    prepared = ["systemd-sysusers a.conf", reload]
    start = [*prepared, "deb-systemd-invoke start one.service"]
    restart = [*prepared, "deb-systemd-invoke restart one.service two.service"]
    assert machine.calls(installed, "configure", "") == start
    assert machine.calls(installed, "configure", "1.0-1") == restart
    assert machine.calls(installed, "abort-upgrade", "1.0-1") == []
    assert machine.calls(installed, "configure", "", DPKG_ROOT=str(tmp_path)) == []
    removing = debian_script("preremove", SERVICES, STARTED)
    assert machine.calls(removing, "upgrade", "2.0-1") == []
    assert machine.calls(removing, "remove") == ["deb-systemd-invoke stop one.service two.service"]


def test_debian_remembers(machine: Machine, tmp_path: Path) -> None:
    """What an administrator switched off stays off when a package is upgraded; what a removal
    switched off is on again when it comes back."""
    pythons.need_tool("deb-systemd-helper")
    root = tmp_path / "root"
    units = root / "usr/lib/systemd/system"
    units.mkdir(parents=True)
    for name in SERVICES:
        (units / name).write_text("[Install]\nWantedBy=multi-user.target\n")
    wanted = root / "etc/systemd/system/multi-user.target.wants"

    def run(when: When, *arguments: str) -> list[str]:
        dpkg = {"DPKG_ROOT": str(root), "DPKG_MAINTSCRIPT_PACKAGE": "notes"}
        machine.calls(debian_script(when, SERVICES, STARTED), *arguments, **dpkg)
        return sorted(each.name for each in wanted.iterdir()) if wanted.is_dir() else []

    assert run("postinstall", "configure", "") == ["one.service"]
    run("preremove", "remove")
    run("postremove", "remove")
    assert run("postinstall", "configure", "1.0-1") == ["one.service"]
    (wanted / "one.service").unlink()
    assert run("postinstall", "configure", "1.0-1") == []
    run("postremove", "remove")
    run("postremove", "purge")
    assert not [*(root / "etc").rglob("*.service"), *(root / "var").rglob("*.service")]


def debian_package(folder: Path, version: str, *services: str) -> Path:
    """A package that has nothing but services."""
    scripts: dict[str, When] = {
        "preinst": "preinstall",
        "postinst": "postinstall",
        "prerm": "preremove",
        "postrm": "postremove",
    }
    units, control = folder / version / FOLDER[1:], folder / version / "DEBIAN"
    units.mkdir(parents=True)
    control.mkdir()
    for name in services:
        (units / name).write_text("[Install]\nWantedBy=multi-user.target\n")
    for name, when in scripts.items():
        (control / name).write_text(debian_script(when, services, services))
        (control / name).chmod(0o755)
    rows = {"Package": "notes", "Version": version, "Architecture": "all"}
    rows |= {"Maintainer": "A <a@example.org>", "Description": "Notes"}
    (control / "control").write_text("".join(f"{key}: {value}\n" for key, value in rows.items()))
    package = folder / f"{version}.deb"
    build = ["dpkg-deb", "--root-owner-group", "--build", str(folder / version), str(package)]
    subprocess.run(build, check=True, capture_output=True)
    return package


def test_debian_services_that_went(tmp_path: Path) -> None:
    """Where dpkg puts a newer version in the place of an older one, nothing is left of services
    that it hasn't; others stay as they were."""
    pythons.need_tool("deb-systemd-helper")
    root = tmp_path / "root"
    (root / "var/lib/dpkg/info").mkdir(parents=True)
    (root / "var/lib/dpkg/updates").mkdir()
    (root / "var/lib/dpkg/status").touch()
    wanted = root / "etc/systemd/system/multi-user.target.wants"
    options = ("--force-not-root", "--force-script-chrootless", f"--root={root}")

    def install(version: str, *services: str) -> list[str]:
        package = debian_package(tmp_path, version, *services)
        command = [pythons.need_tool("dpkg"), *options, "--install", str(package)]
        subprocess.run(command, check=True, capture_output=True)
        return sorted(each.name for each in wanted.iterdir())

    assert install("1.0", "one.service", "two.service") == ["one.service", "two.service"]
    assert install("2.0", "one.service") == ["one.service"]
    assert not [*(root / "etc").rglob("two.service"), *(root / "var").rglob("two.service*")]
    assert install("3.0", "one.service", "two.service") == ["one.service", "two.service"]


def test_debian_stops_what_went(machine: Machine) -> None:
    """Before that, they are stopped."""
    unit = f"{machine.units}/old.service"
    for name, text in (("deb-systemd-helper", ""), ("dpkg-query", f"echo {unit}")):
        tool = machine.tools / name
        tool.write_text(f"#!/bin/sh\n{text}\n")
        tool.chmod(0o755)
    script = debian_script("preinstall", SERVICES, STARTED)
    stops = ["deb-systemd-invoke stop old.service"]
    assert machine.calls(script, "upgrade", "1.0", DPKG_MAINTSCRIPT_PACKAGE="notes") == stops
    assert machine.calls(script, "install", DPKG_MAINTSCRIPT_PACKAGE="notes") == []
