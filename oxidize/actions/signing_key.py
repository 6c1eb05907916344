"""The key that an action signs with: its file, and what opens it, of which nothing is kept."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from attrs import field, frozen

from oxidize.actions.kind import UNDECLARED, ActionContext
from oxidize.errors import ActionError, Diagnostic
from oxidize.graph.action import Value
from oxidize.redaction import without_values

# What osslsigncode and apple-platform-py say of servers for time stamps.
_ON_TIME_STAMPS = re.compile("time-?stamp", re.IGNORECASE)
# What nfpm says of a key that its passphrase doesn't open, or that has one which isn't given.
_LOCKED = ("decrypt secret signing key", "unlocking sub key", "no passphrase was provided")


@frozen
class OpenedKey:
    """A file with a key; `time_stamps` is the URL of a server that confirms times, if one does, and
    `server_named` where the build file names it."""

    path: Path
    password: str = field(repr=False)
    time_stamps: str = ""
    server_named: str = ""

    @classmethod
    def of(cls, context: ActionContext, public: Mapping[str, Value]) -> OpenedKey:
        """The action's own, of which `public` is in its parameters: its owner `signer`, and when it
        `ends`. Raises ActionError."""
        path = Path(str(context.private["path"]))
        try:
            data = path.read_bytes()
        except OSError as error:
            message = f"the signing key {path} can't be read: {error.strerror}"
            raise ActionError(Diagnostic("OX1160", message)) from error
        if hashlib.sha256(data).hexdigest() != context.private["digest"]:
            message = f"the signing key {path} changed while the build ran"
            raise ActionError(Diagnostic("OX1160", message, help="build again"))
        _warn_of_end(context, public)
        named = str(context.private.get("server_named", ""))
        return cls(
            path, str(context.private["password"]), str(public.get("time_stamps", "")), named
        )

    def failure(self, error: ActionError, name: str) -> ActionError:
        """What failed to sign something, with its last words, and without the password."""
        if error.diagnostic.code == UNDECLARED:
            return error
        output = without_values(error.output, [self.password])
        if any(each in output for each in _LOCKED):
            return self._locked(name)
        if self.time_stamps and _ON_TIME_STAMPS.search(output):
            return self._without_time(name, output)
        lines = [line.strip() for line in output.splitlines() if line.strip()]
        why = f": {lines[-1]}" if lines else ""
        # Without the command that repeats it: that takes the password.
        return ActionError(Diagnostic("OX1164", f"{name} can't be signed{why}"), output)

    def _locked(self, name: str) -> ActionError:
        what = "the password doesn't open" if self.password else "no password is given for"
        return ActionError(
            Diagnostic(
                "OX1161",
                f"{what} the signing key {self.path}",
                notes=(f"it is to sign {name}",),
                help="give its passphrase: code_signer_from_gpg_key_file(path, password)",
            )
        )

    def _without_time(self, name: str, output: str) -> ActionError:
        return ActionError(
            Diagnostic(
                "OX1168",
                f"{name} can't be signed: {self.time_stamps} confirms no time",
                notes=(f"the server is named in {self.server_named}",) if self.server_named else (),
                help="see whether the server can be reached from here, and is one for RFC 3161; or "
                "build without set_time_stamp_server(), and sign anew what is handed out",
            ),
            output,
        )


def _warn_of_end(context: ActionContext, public: Mapping[str, Value]) -> None:
    ends = int(str(public["ends"]))
    if ends and ends < time.time():
        day = datetime.fromtimestamp(ends, UTC).date()
        context.warn(f'the key of "{public["signer"]}" expired on {day}: signed all the same')
