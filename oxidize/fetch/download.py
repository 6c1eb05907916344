"""Downloads: the one module of oxidize that opens connections; uv has its own.

A file is used by nobody before its sha256 is compared. What breaks on the way is tried again, from
where it broke if the server can.
"""

from __future__ import annotations

import hashlib
import io
import os
import socket
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NoReturn
from urllib.parse import unquote, urlsplit

from attrs import define, field, frozen

from oxidize.errors import BuildFileError, Diagnostic, EnvironmentProblem
from oxidize.redaction import VARIABLE, without_credentials

if TYPE_CHECKING:
    import httpx

_CHUNK = 1 << 16
_MOST_BYTES = 4 << 30
_MOST_TEXT = 16 << 20
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_ATTEMPTS = 4
# Of a name that the system doesn't know: mostly there is no network, and waiting brings none.
_ATTEMPTS_OF_NAMES = 2
_LONGEST_PAUSE = 30.0
# Seconds without a sign of life.
_TIMEOUT = 30.0
# Too early, too many requests, and what servers say of themselves.
_TRANSIENT = frozenset({408, 425, 429, 500, 502, 503, 504})

Progress = Callable[[int, "int | None"], None]
"""Told how many bytes are here, and how many there will be, if that is known."""


@frozen
class Remote:
    """A file that is pinned: where it is, and the sha256 of its content in hexadecimal digits.

    `${NAME}` in the URL stands for an environment variable.
    """

    url: str
    sha256: str

    @property
    def local(self) -> bool:
        """Whether it can be had without a connection."""
        return self.url.startswith("file:")

    @property
    def path(self) -> Path:
        """The file of this machine, where it is a local one."""
        return Path(unquote(urlsplit(self.url).path))

    @property
    def shown(self) -> str:
        """The URL for messages."""
        return without_credentials(self.url)

    @property
    def vouched(self) -> bool:
        """Whether nobody on the way can change it."""
        return _vouched(self.url)


def download(
    remote: Remote,
    target: Path,
    environ: Mapping[str, str],
    progress: Progress = lambda done, total: None,
    pause: Callable[[float], None] = time.sleep,
    partial: Path | None = None,
) -> None:
    """Writes the content into a new file, which is removed again if it isn't the pinned one.

    `partial`, which nobody else may write to meanwhile, keeps what has arrived when the connection
    breaks for good, or the process ends: the next download goes on from there.

    Raises OSError for the disk; EnvironmentProblem when the server can't be reached, and
    BuildFileError when it doesn't have the file or has another one.
    """
    if partial is not None and not remote.local:
        _download_on(remote, partial, environ, progress, pause)
        partial.replace(target)
        return
    try:
        with target.open("xb") as file:
            transfer = _Transfer(remote, file, progress)
            transfer.run(environ, pause)
        if transfer.digest != remote.sha256:
            raise _other_content(remote, transfer.digest)
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def _download_on(
    remote: Remote,
    partial: Path,
    environ: Mapping[str, str],
    progress: Progress,
    pause: Callable[[float], None],
) -> None:
    """Completes a file of which there may be a part, of whatever."""
    partial.parent.mkdir(parents=True, exist_ok=True)
    with partial.open("a+b") as file:
        transfer = _Transfer(remote, file, progress)
        transfer.take_up()
        resumed = transfer.done > 0
        transfer.run(environ, pause)
        if transfer.digest != remote.sha256 and resumed:
            transfer.restart()
            transfer.run(environ, pause)
    if transfer.digest != remote.sha256:
        partial.unlink()
        raise _other_content(remote, transfer.digest)


def fetch_text(
    url: str, environ: Mapping[str, str], pause: Callable[[float], None] = time.sleep
) -> str:
    """A short text that no sha256 pins: over a connection that vouches for the server only.

    Raises EnvironmentProblem and BuildFileError, also for what isn't UTF-8.
    """
    remote = Remote(url, "")
    if not remote.vouched:
        _refuse(remote, "what isn't pinned is fetched by https only")
    with io.BytesIO() as file:
        transfer = _Transfer(remote, file, lambda done, total: None, _MOST_TEXT, pinned=False)
        transfer.run(environ, pause)
        try:
            return file.getvalue().decode()
        except UnicodeDecodeError:
            _refuse(remote, "it isn't text")


@define
class _Transfer:
    """What has arrived so far, which a broken connection doesn't lose."""

    remote: Remote
    file: BinaryIO
    progress: Progress
    most: int = _MOST_BYTES
    pinned: bool = True
    done: int = 0
    _hash: hashlib._Hash = field(factory=hashlib.sha256)

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()

    def take_up(self) -> None:
        """Counts what an earlier transfer left."""
        self.file.seek(0)
        while data := self.file.read(_CHUNK):
            self._hash.update(data)
            self.done += len(data)

    def run(self, environ: Mapping[str, str], pause: Callable[[float], None]) -> None:
        """All of it, from wherever it is."""
        if self.remote.local:
            self.copy()
        else:
            self.get(_expanded(self.remote.url, environ), pause)

    def copy(self) -> None:
        """From a file of this machine."""
        path = self.remote.path
        try:
            source = path.open("rb")
        except OSError as error:
            message = f"can't read {path}: {error.strerror}"
            raise BuildFileError(Diagnostic("OX0131", message)) from error
        with source:
            total = os.fstat(source.fileno()).st_size
            while data := source.read(_CHUNK):
                self._take(data, total)

    def get(self, url: str, pause: Callable[[float], None]) -> None:
        """From a server."""
        # Imported late: it takes longer than many a build.
        import httpx

        try:
            client = httpx.Client(follow_redirects=True, timeout=_TIMEOUT)
        except (OSError, ValueError, ImportError) as error:
            # What the environment says of proxies and certificates.
            raise _unreachable(self.remote, str(error)) from error
        with client:
            for attempt in range(1, _ATTEMPTS + 1):
                try:
                    self._attempt(client, url)
                    return
                except _Again as again:
                    if attempt >= again.attempts:
                        raise _unreachable(self.remote, str(again)) from again
                    pause(min(_LONGEST_PAUSE, again.pause or 0.5 * 2**attempt))
                except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
                    _refuse(self.remote, str(error))
                except httpx.TooManyRedirects:
                    _refuse(self.remote, "it is redirected in a circle")

    def _attempt(self, client: httpx.Client, url: str) -> None:
        import httpx

        # As it is: a server that packs it again would make the rest of a range meaningless.
        headers = {"Accept-Encoding": "identity"}
        if self.done:
            headers["Range"] = f"bytes={self.done}-"
        try:
            with client.stream("GET", url, headers=headers) as response:
                self._receive(response)
        except httpx.UnsupportedProtocol:
            raise
        except httpx.TransportError as error:
            attempts = _ATTEMPTS_OF_NAMES if _lacks_name(error) else _ATTEMPTS
            raise _Again(str(error) or type(error).__name__, attempts=attempts) from error

    def _receive(self, response: httpx.Response) -> None:
        status = response.status_code
        if status in _TRANSIENT:
            raise _Again(f"HTTP status {status}", _retry_after(response.headers))
        if status == 416 or (status == 200 and self.done):
            self.restart()
        if status == 416:
            raise _Again("HTTP status 416")
        if status not in (200, 206):
            _refuse(self.remote, f"HTTP status {status}")
        hops = [str(each.url) for each in (*response.history, response)]
        if not self.pinned and not all(map(_vouched, hops)):
            _refuse(self.remote, f"it is redirected by {' and '.join(hops)}, not all of it https")
        length = response.headers.get("Content-Length", "")
        total = self.done + int(length) if length.isdecimal() else None
        for data in response.iter_raw():
            self._take(data, total)

    def _take(self, data: bytes, total: int | None) -> None:
        if self.done + len(data) > self.most:
            _refuse(self.remote, f"it has more than {self.most >> 20} MiB")
        self.file.write(data)
        self._hash.update(data)
        self.done += len(data)
        self.progress(self.done, total)

    def restart(self) -> None:
        """Forgets what has arrived."""
        self.file.seek(0)
        self.file.truncate()
        self.done, self._hash = 0, hashlib.sha256()


def _vouched(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("https", "file") or parts.hostname in _LOOPBACK


class _Again(Exception):
    """Something that may go better next time; `pause` is what the server asks for, in seconds, and
    `attempts` how many are worth it."""

    def __init__(self, why: str, pause: float = 0, attempts: int = _ATTEMPTS) -> None:
        super().__init__(why)
        self.pause, self.attempts = pause, attempts


def _lacks_name(error: BaseException | None) -> bool:
    """Whether no address was found for the server's name."""
    while error and not isinstance(error, socket.gaierror):
        error = error.__cause__ or error.__context__
    return error is not None


def _retry_after(headers: Mapping[str, str]) -> float:
    text = headers.get("Retry-After", "")
    return float(text) if text.isdecimal() else 0


def _expanded(url: str, environ: Mapping[str, str]) -> str:
    for name in VARIABLE.findall(url):
        if name not in environ:
            message = f"{url} names the environment variable {name}, which isn't set"
            raise BuildFileError(Diagnostic("OX0131", message))
    return VARIABLE.sub(lambda match: environ[match[1]], url)


def _unreachable(remote: Remote, why: str) -> EnvironmentProblem:
    return EnvironmentProblem(
        Diagnostic(
            "OX0130",
            f"can't fetch {remote.shown}",
            notes=(without_credentials(why),),
            help="try again later; a proxy is named by HTTPS_PROXY, certificates by SSL_CERT_FILE",
        )
    )


def _refuse(remote: Remote, why: str) -> NoReturn:
    message = f"{remote.shown} can't be fetched: {without_credentials(why)}"
    raise BuildFileError(Diagnostic("OX0131", message))


def _other_content(remote: Remote, digest: str) -> BuildFileError:
    return BuildFileError(
        Diagnostic(
            "OX0132",
            f"{remote.shown} isn't the file that is pinned",
            notes=(f"its sha256 is {digest}", f"pinned is {remote.sha256}"),
            help="if it was meant to change, pin the new one; if not, don't use it",
        )
    )
