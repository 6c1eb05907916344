"""The target of a recipe: for what system something is built, and how."""

from __future__ import annotations

from attrs import frozen

from oxidize.triples import system_of

# What programs of a gnu distribution need at least, as wheels do, or the first glibc of a machine;
# and those for macOS.
_GLIBC, _FIRST_GLIBC, MACOS = "2.17", {"riscv64": "2.27"}, "11.0"
TRIPLES = (
    "aarch64-apple-darwin",
    "aarch64-unknown-linux-gnu",
    "aarch64-unknown-linux-musl",
    "riscv64-unknown-linux-gnu",
    "x86_64-apple-darwin",
    "x86_64-unknown-linux-gnu",
    "x86_64-unknown-linux-musl",
)


@frozen
class RecipeTarget:
    """A system. `static`: the C library is linked in, too; `lto`: objects are LLVM bitcode."""

    triple: str
    host: str
    """The triple of the machine that builds."""
    static: bool = False
    lto: bool = False

    @property
    def machine(self) -> str:
        """Such as "x86_64"."""
        return self.triple.partition("-")[0]

    @property
    def apple_machine(self) -> str:
        """As Apple calls it: "arm64"."""
        return "arm64" if self.machine == "aarch64" else self.machine

    @property
    def musl(self) -> bool:
        """Whether its C library is musl, not glibc."""
        return self.triple.endswith("-musl")

    @property
    def darwin(self) -> bool:
        """Whether it is macOS: its CPython is a shared library."""
        return system_of(self.triple) == "darwin"

    @property
    def libc(self) -> str:
        """The C library as descriptions have it."""
        if self.darwin:
            return f"macOS-{MACOS}"
        return "musl" if self.musl else f"glibc-{self.glibc}"

    @property
    def glibc(self) -> str:
        """The oldest glibc that its programs run with."""
        return _FIRST_GLIBC.get(self.machine, _GLIBC)

    @property
    def platform_tag(self) -> str:
        """The platform as CPython's `sysconfig` has it."""
        if self.darwin:
            return f"macosx-{MACOS}-{self.apple_machine}"
        return f"linux-{self.machine}"

    @property
    def libpython(self) -> str:
        """What the file of libpython has at the end of its name."""
        return "dylib" if self.darwin else "a"

    @property
    def object_format(self) -> str:
        """Of object files that are machine code."""
        return "mach-o" if self.darwin else "elf"

    @property
    def in_system(self) -> tuple[str, ...]:
        """Names of libraries that the system itself has."""
        return ("libuuid",) if self.darwin else ()

    @property
    def without(self) -> tuple[str, ...]:
        """Names of libraries whose recipes don't do for it."""
        return ("libedit", "ncurses") if self.darwin else ()

    @property
    def cross(self) -> bool:
        """Whether its programs don't run on the machine that builds."""
        same_machine = self.machine == self.host.partition("-")[0]
        return self.triple != self.host and not (same_machine and self.static)

    @property
    def builder(self) -> str:
        """What configure scripts are told as --build: the same as `triple` where programs run."""
        return self.host if self.cross else self.triple

    @property
    def flavour(self) -> str:
        """As published archives are called: "noopt+static"."""
        return ("lto" if self.lto else "noopt") + ("+static" if self.static else "")

    @property
    def flags(self) -> str:
        """Of the compiler, one set for all: zig builds a C library afresh for each new one."""
        return "-O2 -g0 -fPIC"

    @property
    def configure(self) -> tuple[str, ...]:
        """The start of a command line of a configure script."""
        names = (f"--build={self.builder}", f"--host={self.triple}")
        return ("./configure", *names, "--prefix=/install")
