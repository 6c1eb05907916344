"""A real browser without a window, driven over the WebDriver protocol."""

from __future__ import annotations

import json
import re
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from attrs import frozen

from tests import pythons

_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
_PATIENCE = 60
_OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1400,900",
)


@frozen
class Browser:
    """`session` is the URL of one."""

    session: str

    def open(self, url: str) -> None:
        """Loads a page, all of it."""
        _ask("POST", f"{self.session}/url", {"url": url})

    def ask(self, expression: str) -> Any:
        """What an expression in JavaScript gives."""
        body = {"script": f"return {expression}", "args": []}
        return _ask("POST", f"{self.session}/execute/sync", body)

    def click(self, selector: str) -> None:
        """Clicks into the middle of an element."""
        _ask("POST", f"{self.session}/element/{self._find(selector)}/click", {})

    def type(self, selector: str, text: str) -> None:
        """Types into an element; the keys are WebDriver's."""
        _ask("POST", f"{self.session}/element/{self._find(selector)}/value", {"text": text})

    def complaints(self) -> list[str]:
        """What went wrong in the page since the last question."""
        rows = _ask("POST", f"{self.session}/se/log", {"type": "browser"})
        return [row["message"] for row in rows if row["level"] in ("SEVERE", "WARNING")]

    def _find(self, selector: str) -> str:
        body = {"using": "css selector", "value": selector}
        found: str = _ask("POST", f"{self.session}/element", body)[_ELEMENT]
        return found


@contextmanager
def browser(profile: Path) -> Iterator[Browser]:
    """One whose profile is an empty folder. Skips the test where there is none."""
    chromium = pythons.need_tool("chromium")
    driver = subprocess.Popen(
        [pythons.need_tool("chromedriver"), "--port=0"], stdout=subprocess.PIPE, text=True
    )
    try:
        options = {"binary": chromium, "args": [*_OPTIONS, f"--user-data-dir={profile}"]}
        wanted = {"goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
        base = f"http://127.0.0.1:{_port(driver)}/session"
        id = _ask("POST", base, {"capabilities": {"alwaysMatch": wanted}})["sessionId"]
        try:
            yield Browser(f"{base}/{id}")
        finally:
            _ask("DELETE", f"{base}/{id}")
    finally:
        driver.terminate()
        driver.communicate()


def _port(driver: subprocess.Popen[str]) -> str:
    assert driver.stdout is not None
    for line in driver.stdout:
        if found := re.search(r"started successfully on port (\d+)", line):
            return found[1]
    raise AssertionError("chromedriver has ended")


def _ask(method: str, url: str, body: object = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
    # Not by a proxy, which the environment may name.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=_PATIENCE) as answer:
        return json.load(answer)["value"]
