"""A program that uses all extension modules that are linked with a library, and says what it saw.

What it prints is the same with every CPython that has them.
"""

import asyncio
import bz2
import ctypes
import curses
import curses.panel
import decimal
import hashlib
import locale
import lzma
import multiprocessing
import readline
import socket
import sqlite3
import ssl
import subprocess
import sys
import threading
import time
import uuid
import xml.etree.ElementTree as ElementTree
import zlib
import zoneinfo
from concurrent.futures import ThreadPoolExecutor


def say(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")


def packers() -> None:
    data = b"packed " * 100
    for each in (zlib, bz2, lzma):
        assert each.decompress(each.compress(data)) == data
    say("packers", len(data))


def database() -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("create virtual table words using fts5(word)")
    connection.execute("insert into words values ('hello there'), ('goodbye')")
    say(connection.execute("select word from words where words match 'there'").fetchall())
    say(connection.execute("select sqrt(16), json_extract('{\"a\": 3}', '$.a')").fetchall())


def foreign_functions() -> None:
    callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)(lambda number: number + 1)
    say("callback", callback(41), ctypes.sizeof(ctypes.c_void_p))


def cryptography() -> None:
    say(hashlib.sha256(b"").hexdigest()[:8], hashlib.new("sha512_256", b"").hexdigest()[:8])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    assert context.get_ciphers()
    first, second = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = ssl.create_default_context().wrap_bio(first, second, server_hostname="a.invalid")
    try:
        client.do_handshake()
    except ssl.SSLWantReadError:
        say("hello of", second.read()[:2].hex())


def terminals() -> None:
    say("readline", "libedit" in (readline.__doc__ or ""), curses.panel.version[:1])
    say(uuid.UUID(bytes=bytes(16)), uuid.uuid1().version, decimal.Decimal(1) / 7)


def system() -> None:
    say(subprocess.run(["/bin/echo", "echoed"], capture_output=True, check=True).stdout)
    with ThreadPoolExecutor(3) as pool:
        say(list(pool.map(lambda n: n * n, range(4))))
    say(socket.getaddrinfo("127.0.0.1", 80)[0][4])
    time.tzset()
    say(zoneinfo.ZoneInfo("UTC").key, ElementTree.fromstring("<a>b</a>").text)
    locale.setlocale(locale.LC_ALL, "C")
    with multiprocessing.get_context("fork").Pool(2) as processes:
        say(processes.map(abs, [-1, -2]))


async def tasks() -> None:
    say(await asyncio.gather(*(asyncio.sleep(0, each) for each in range(3))))


def depth() -> None:
    """The stack is deep enough for what Python promises, in threads too."""

    def deeper(level: int) -> int:
        return deeper(level + 1)

    def reach() -> None:
        try:
            deeper(0)
        except RecursionError:
            say("deep enough")

    thread = threading.Thread(target=reach)
    thread.start()
    thread.join()


if __name__ == "__main__":
    for each in (packers, database, foreign_functions, cryptography, terminals, system, depth):
        each()
    asyncio.run(tasks())
    say(sys.platform, sys.version_info[:2] >= (3, 11))
