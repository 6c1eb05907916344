"""What programs find on systems laid out otherwise than the one that their CPython was built on:
certificates that the system trusts, time zones, descriptions of terminals."""

from __future__ import annotations

import json
import re
import struct
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

import pytest
from attrs import evolve, frozen

from oxidize.resources.model import Blob, File, Module
from tests import pythons
from tests.e2e.certificates import Authority
from tests.e2e.reconfigured import Reconfigurable, values
from tests.e2e.roots import make_root, run_in
from tests.e2e.space import Space, run
from tests.e2e.terminals import description

# What a server says, the name of the time zone, how far apart tabs are, or why not; and where
# certificates are.
CHECK = """
import curses, datetime, json, socket, ssl, sys, zoneinfo

def hear():
    context = ssl.create_default_context()
    with socket.create_connection(("127.0.0.1", int(sys.argv[1]))) as plain:
        with context.wrap_socket(plain, server_hostname="localhost") as secured:
            return secured.recv(9).decode()

def berlin():
    zone = zoneinfo.ZoneInfo("Europe/Berlin")
    return datetime.datetime(2024, 1, 1, tzinfo=zone).tzname()

def terminal():
    curses.setupterm("oxide")
    return curses.tigetnum("it")

def told(ask):
    try:
        return ask()
    except Exception as error:
        return getattr(error, "verify_message", type(error).__name__)

paths = ssl.get_default_verify_paths()
print(json.dumps([*map(told, (hear, berlin, terminal)), paths.cafile or paths.capath]))
"""
ROOTS = "the roots of the test"
NOTHING = [
    "unable to get local issuer certificate",
    "ZoneInfoNotFoundError",
    "error",
    None,
]


def zone(name: str) -> bytes:
    """A time zone an hour east, as a compiled description; `name` has three letters."""
    one_type = struct.pack(">6l", 0, 0, 0, 0, 1, 4) + struct.pack(">lbb", 3600, 0, 0)
    start = b"TZif2" + bytes(15)
    return (start + one_type + name.encode() + b"\0") * 2 + f"\n{name}-1\n".encode()


@frozen
class Layout:
    """Where a system has things, below its root; what isn't ROOTS is where a link leads."""

    certificates: Mapping[str, str]
    shown: str
    zones: str = "usr/share/zoneinfo"
    terminals: str = "usr/share/terminfo"


_EXTRACTED = "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem"
LAYOUTS = {
    "debian": Layout(
        {"etc/ssl/certs/ca-certificates.crt": ROOTS},
        "/etc/ssl/certs/ca-certificates.crt",
        terminals="lib/terminfo",
    ),
    "fedora": Layout(
        {
            _EXTRACTED[1:]: ROOTS,
            "etc/pki/tls/certs/ca-bundle.crt": _EXTRACTED,
            "etc/pki/tls/cert.pem": _EXTRACTED,
            "etc/ssl/certs": "../pki/tls/certs",
        },
        "/etc/pki/tls/certs/ca-bundle.crt",
    ),
    "newer fedora": Layout({_EXTRACTED[1:]: ROOTS}, _EXTRACTED),
    "alpine": Layout(
        {"etc/ssl/cert1.pem": ROOTS, "etc/ssl/cert.pem": "cert1.pem"},
        "/etc/ssl/cert.pem",
        terminals="etc/terminfo",
    ),
    "suse": Layout(
        {
            "var/lib/ca-certificates/ca-bundle.pem": ROOTS,
            "etc/ssl/ca-bundle.pem": "../../var/lib/ca-certificates/ca-bundle.pem",
            "etc/ssl/certs": "../../var/lib/ca-certificates/pem",
        },
        "/etc/ssl/ca-bundle.pem",
    ),
    "a folder of certificates": Layout(
        {"etc/ssl/certs/HASH": ROOTS},
        "/etc/ssl/certs",
        zones="etc/zoneinfo",
        terminals="usr/lib/terminfo",
    ),
}


# ---- a CPython that was built elsewhere ----


def moved_blob(blob: Blob, known: Sequence[bytes]) -> Blob:
    """Paths replaced by some, as long, that no system has: those known, and lists of folders of
    terminals that are whole strings of C."""
    data = bytes(blob.data)
    terminals = re.findall(rb"(?<=\0)(/[/\w:]*terminfo)\0", data)
    for path in (*known, *sorted(terminals, key=len, reverse=True)):
        data = data.replace(path, b"/was/".ljust(len(path), b"w"))
    return evolve(blob, data=data)


def moved_module(module: Module, known: Sequence[bytes]) -> Module:
    if module.extension is not None:
        return evolve(module, extension=moved_blob(module.extension, known))
    if not module.name.startswith("_sysconfigdata"):
        return module
    code = {level: moved_blob(blob, known) for level, blob in module.code.items()}
    return evolve(module, code=code)


def moved_file(file: File, known: Sequence[bytes]) -> File:
    library = file.content is not None and ".so" in file.path
    return evolve(file, content=moved_blob(file.blob, known)) if library else file


def built_elsewhere(program: Reconfigurable, python: Path) -> Reconfigurable:
    """The program, as if the folders that its CPython and libraries were built with were not those
    of this system."""
    ask = (
        "import _ssl, os, sysconfig; print(os.path.dirname(_ssl.get_default_verify_paths()[1])); "
        "print(sysconfig.get_config_var('TZPATH'))"
    )
    said = subprocess.run([python, "-c", ask], capture_output=True, check=True).stdout
    known, whole = said.splitlines(), program.resources
    modules = {name: moved_module(module, known) for name, module in whole.modules.items()}
    files = {path: moved_file(file, known) for path, file in whole.files.items()}
    return evolve(program, resources=evolve(whole, modules=modules, files=files))


@pytest.fixture(scope="module")
def moved(reconfigurable: Reconfigurable) -> Reconfigurable:
    """A program whose CPython was built elsewhere."""
    return built_elsewhere(reconfigurable, pythons.need("3.13"))


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Who signed the certificate of the server."""
    return Authority.make(tmp_path_factory.mktemp("certificates") / "authority")


@pytest.fixture(scope="module")
def port(authority: Authority) -> Iterator[int]:
    """Where a server with that certificate is."""
    with authority.serving() as port:
        yield port


@frozen
class System:
    """A root with a program."""

    root: Path
    authority: Authority
    port: int

    def lay_out(self, layout: Layout) -> None:
        """Puts things where a system has them."""
        for name, what in layout.certificates.items():
            path = self.root / name.replace("HASH", self.authority.hashed_name())
            path.parent.mkdir(parents=True, exist_ok=True)
            if what is ROOTS:
                path.write_bytes(self.authority.root)
            else:
                path.symlink_to(what)
        self.put(f"{layout.zones}/Europe/Berlin", zone("SYS"))
        self.put(f"{layout.terminals}/o/oxide", description("oxide", 3))

    def put(self, name: str, content: bytes) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    def told(self, env: Mapping[str, str] | None = None) -> list[object]:
        """What the program says."""
        done = run_in(self.root, str(self.port), env=env)
        assert done.returncode == 0, done.stderr.decode()
        said: list[object] = json.loads(done.stdout)
        return said


@pytest.fixture
def system(
    moved: Reconfigurable, authority: Authority, port: int, root_only: None, tmp_path: Path
) -> System:
    """A system that has nothing yet, with a program that says what it finds."""
    program = moved.write(tmp_path / "program", values({"run_command": CHECK}))
    return System(make_root(program, tmp_path / "root"), authority, port)


@pytest.mark.parametrize("name", LAYOUTS)
def test_found(name: str, system: System) -> None:
    """On each family of systems, a TLS connection trusts what the system trusts, and its time zones
    and terminals are found, with no variable set."""
    system.lay_out(LAYOUTS[name])
    assert system.told() == ["hello", "SYS", 3, LAYOUTS[name].shown]


def test_turned_off(system: System, moved: Reconfigurable) -> None:
    """Settings turn it off: only what CPython was built with counts."""
    off = ("tls_roots_resolution", "zoneinfo_resolution", "terminfo_resolution")
    config = values({"run_command": CHECK, **dict.fromkeys(off, "none")})
    moved.write(system.root / "probe", config)
    system.lay_out(LAYOUTS["debian"])
    assert system.told() == NOTHING


def test_nothing_there(system: System) -> None:
    """Where a system has none of it, errors are CPython's."""
    assert system.told() == NOTHING


def test_what_the_user_says(system: System, tmp_path: Path) -> None:
    """What variables of the user name counts, and nothing else."""
    system.lay_out(LAYOUTS["debian"])
    system.put("own/zones/Europe/Berlin", zone("OWN"))
    system.put("own/terms/o/oxide", description("oxide", 5))
    system.put("own/other.pem", Authority.make(tmp_path / "other").root)
    names = ("/own/other.pem", "/own/zones", "/own/terms")
    own = dict(zip(("SSL_CERT_FILE", "PYTHONTZPATH", "TERMINFO"), names, strict=True))
    assert system.told(own) == [NOTHING[0], "OWN", 5, "/own/other.pem"]
    nowhere = dict.fromkeys(("SSL_CERT_DIR", "PYTHONTZPATH", "TERMINFO_DIRS"), "/own")
    assert system.told(nowhere) == [*NOTHING[:3], "/own"]


def test_openssl_has_its_own(system: System, moved: Reconfigurable) -> None:
    """Where the paths that OpenSSL was built with have certificates, no others are added."""
    ask = "import _ssl; print(_ssl.get_default_verify_paths()[3])"
    moved.write(system.root / "probe", values({"run_command": ask}))
    folder = run_in(system.root).stdout.decode().strip()
    moved.write(system.root / "probe", values({"run_command": CHECK}))
    system.lay_out(LAYOUTS["suse"])
    system.put(f"{folder[1:]}/README", b"no certificate")
    assert system.told()[0] == "hello"
    system.put(f"{folder[1:]}/0123abcd.0", b"of another authority")
    assert system.told() == [NOTHING[0], "SYS", 3, folder]


def test_bundle_without_certificates(system: System) -> None:
    """A bundle that is empty doesn't hide the next."""
    system.lay_out(LAYOUTS["suse"])
    system.put("etc/pki/tls/certs/ca-bundle.crt", b"")
    assert system.told()[0] == "hello"


def test_carried_zones(space: Space, root_only: None, tmp_path: Path) -> None:
    """Where a system has no time zones, those of the package tzdata count that a program
    carries."""
    for name in ("tzdata", "tzdata/zoneinfo", "tzdata/zoneinfo/Europe"):
        space.write(f"{name}/__init__.py", "")
    (space.root / "tzdata/zoneinfo/Europe/Berlin").write_bytes(zone("PKG"))
    space.write("app.py", "import zoneinfo; print(zoneinfo.ZoneInfo('Europe/Berlin').key)")
    space.write(
        "build.star",
        f"""
def make():
    dist = default_python_distribution(python = "{pythons.need("3.13")}")
    exe = dist.to_python_executable(
        "app", config = dist.make_python_interpreter_config(run_module = "app")
    )
    exe.add_python_resources(exe.read_package_root(path = ".", packages = ["app", "tzdata"]))
    return exe

register_target("app", make)
""",
    )
    space.build("app")
    done = run_in(make_root(space.outputs("app") / "app", tmp_path / "root"))
    assert done.stdout == b"Europe/Berlin\n", done.stderr.decode()


def test_nothing_is_looked_for_before(moved: Reconfigurable, tmp_path: Path) -> None:
    """Importing the modules looks for nothing."""
    strace, log = pythons.need_tool("strace"), tmp_path / "trace"
    trace = partial(run, strace, "-f", "-e", "trace=%file", "-o", str(log))
    program = tmp_path / "program"
    code = "import curses, ssl, zoneinfo"
    places = re.compile(r'"/(etc/(ssl|pki)|var/lib/ca-|[^"]*(terminfo|zoneinfo))')
    moved.write(program, values({"run_command": code}))
    assert trace(str(program)).returncode == 0
    assert not places.search(log.read_text())
    moved.write(program, values({"run_command": f"{code}; ssl.create_default_context()"}))
    assert trace(str(program)).returncode == 0
    assert places.search(log.read_text())
