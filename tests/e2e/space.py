"""A throwaway folder, and the verbs of somebody who uses `oxidize` in it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from attrs import frozen

from oxidize.signature import signature_of, wait_until_settled

REPOSITORY = Path(__file__).resolve().parents[2]
APP = Path(__file__).parent / "app"


@frozen
class Space:
    """`root` is the project's folder; `cache` what OXIDIZE_CACHE_DIR says."""

    root: Path
    cache: Path

    def write(self, name: str, text: str) -> Path:
        """Writes a file of the project."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def copy(self, source: Path) -> None:
        """Copies a project here."""
        ignore = shutil.ignore_patterns("__pycache__", "build")
        shutil.copytree(source, self.root, dirs_exist_ok=True, ignore=ignore)

    def settle(self) -> None:
        """Waits until each change of the project's files from now on shows in their signatures."""
        for path in (self.root, *self.root.rglob("*")):
            assert wait_until_settled(signature_of(path.lstat()))

    def oxidize(
        self,
        *arguments: str | Path,
        env: Mapping[str, str] | None = None,
        stdin: str = "",
        module: str = "oxidize",
        before: Sequence[str] = (),
    ) -> subprocess.CompletedProcess[str]:
        """Runs the tool in the project's folder; `module` is what stands in for it, `before` a
        command that runs it."""
        surroundings = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("OXIDIZE_", "PYTHON"))},
            "PYTHONPATH": str(REPOSITORY),
            "PYTHONSAFEPATH": "1",
            "OXIDIZE_CACHE_DIR": str(self.cache),
            **(env or {}),
        }
        return subprocess.run(
            [*before, sys.executable, "-m", module, *map(str, arguments)],
            cwd=self.root,
            env=surroundings,
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )

    def build(
        self, *arguments: str, env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """`oxidize build`, which must succeed."""
        done = self.oxidize("build", *arguments, env=env)
        assert done.returncode == 0, done.stderr
        return done

    def outputs(self, target: str, flavour: str = "debug") -> Path:
        """The folder of a target's outputs."""
        (folder,) = self.root.glob(f"build/*/{flavour}/{target}")
        return folder


def run(
    program: Path | str,
    *arguments: str,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    stdin: bytes = b"",
) -> subprocess.CompletedProcess[bytes]:
    """Runs a program in an environment that is empty but for `env`."""
    return subprocess.run(
        [program, *arguments],
        env=dict(env or {}),
        cwd=cwd,
        input=stdin,
        capture_output=True,
        check=False,
        timeout=60,
    )
