"""Secrets of signing: passwords aren't in what is shown, kept or passed on where others read it."""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from pathlib import Path

import pytest

from tests import pythons
from tests.distributions.archives import Archive
from tests.distributions.windows import Windows
from tests.e2e.signing_keys import PASSWORD, Certificates, Gpg, unsigned_library
from tests.e2e.space import Space

BUILD = """
load("@oxidize//installers.star", "deb_package", "product")

CODE = code_signer_from_pfx_file("keys/code.pfx", secret_from_env("CODE_PASSWORD"))
PACKAGES = code_signer_from_gpg_key_file("key.asc", secret_from_file("PASSWORD_FILE"))
SECRET = secret_from_env("CODE_PASSWORD")
print(SECRET, [SECRET], str(SECRET), repr(SECRET), "%s %r" % (SECRET, SECRET))

def files():
    files = FileManifest()
    files.add_file(FileContent("free.dll"))
    return files

def notes():
    told = {"publisher": "E", "summary": "Notes", "contact": "E <e@example.org>"}
    return product("Field Notes", "1.2.0", **told)

register_target("files", files)
register_target("deb", lambda files: deb_package(files, notes()), depends = ["files"])
CODE.activate()
PACKAGES.activate()
"""
# Stands in front of the real one, and keeps what others on the machine would see of it.
WATCHED = """#!{python}
import os, sys
with open({log!r}, "a") as log:
    print(sys.argv, dict(os.environ), file=log)
os.execv({real!r}, [{real!r}, *sys.argv[1:]])
"""


@pytest.fixture
def signing(
    space: Space,
    certificates: Certificates,
    gpg: Gpg,
    windows: tuple[Windows, Archive],
    tmp_path_factory: pytest.TempPathFactory,
) -> Space:
    """A project with both kinds of keys."""
    password = tmp_path_factory.mktemp("elsewhere") / "password"
    password.write_text(PASSWORD)
    space.write("build.star", BUILD.replace("PASSWORD_FILE", str(password)))
    shutil.copytree(certificates.folder, space.root / "keys")
    shutil.copy(gpg.folder / "key.asc", space.root)
    unsigned_library(windows[0], space.root / "free.dll")
    return space


def mentions(folder: Path, since: float) -> list[Path]:
    """The files below a folder, written since then, that have the password in them in some form."""
    forms = [PASSWORD.encode(), PASSWORD.encode("utf-16-le"), json.dumps(PASSWORD)[1:-1].encode()]
    found = []
    for path, _, names in os.walk(folder):
        for each in (Path(path, name) for name in names):
            if each.is_file() and not each.is_symlink() and each.stat().st_ctime >= since:
                data = each.read_bytes()
                found += [each] if any(form in data for form in forms) else []
    return found


def test_passwords(signing: Space, tmp_path: Path) -> None:
    """Neither events, explanations, profiles, logs, the cache, outputs nor a command's arguments
    and variables have a password in them, and a script can't make a text of one."""
    log, since = tmp_path / "commands", time.time()
    watched = tmp_path / "bin" / "osslsigncode"
    watched.parent.mkdir()
    real = pythons.need_tool("osslsigncode")
    watched.write_text(WATCHED.format(python=sys.executable, log=str(log), real=real))
    watched.chmod(0o755)
    env = {"PATH": f"{watched.parent}:{os.environ['PATH']}", "CODE_PASSWORD": PASSWORD}
    shown = ""
    for verb in (
        ("build", "-v", "deb", "files", "--no-sandbox"),
        ("build", "deb", "--message-format", "json", "--explain"),
        ("build", "deb", "--profile", tmp_path / "profile.json"),
        ("build", "deb", "--dry-run"),
        ("targets",),
        ("graph", "deb"),
    ):
        done = signing.oxidize(*verb, env=env)
        assert done.returncode == 0, done.stderr
        shown += done.stdout + done.stderr
    assert "<secret> [<secret>]" in shown
    assert "sign free.dll" in shown
    assert "-readpass" in log.read_text()
    assert PASSWORD not in shown
    assert json.dumps(PASSWORD)[1:-1] not in shown
    # Events, a profile, what commands were told, and all that is made and kept.
    assert mentions(tmp_path, since) == []
    assert mentions(signing.cache, since) == []
