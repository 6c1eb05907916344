"""lock-section: one section of oxidize.lock, so that changes of others change nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import ClassVar

from oxidize.actions.kind import ActionContext, Kind, OutputForm
from oxidize.distributions.host import Probe
from oxidize.errors import ActionError, Diagnostic
from oxidize.packages.lockfile import Lock, Section


class LockSection(Kind):
    """lock, python: a probe's description; {target} -> `section`: what is to be installed."""

    mnemonic: ClassVar[str] = "lock-section"
    version: ClassVar[int] = 1
    outputs: ClassVar[Mapping[str, OutputForm]] = {"section": "file"}

    def run(self, context: ActionContext) -> None:
        """Takes what installing depends on, and nothing else."""
        minor = Probe.load(context.input("python")).minor
        target = str(context.params["target"])
        section = Lock.load(context.input("lock")).get(target, minor)
        if section is None:
            raise ActionError(
                Diagnostic(
                    "OX0905",
                    f"oxidize.lock has no section for {target} with Python {minor}",
                    help="run: oxidize lock",
                )
            )
        text = json.dumps(install_plan(section), indent=1, sort_keys=True)
        context.output("section").write_text(text + "\n", encoding="utf-8")


def install_plan(section: Section) -> dict[str, object]:
    """What install-packages reads."""
    flags = [flag for flag in section.asked.options if not flag.startswith("--prerelease")]
    return {
        "requirements": [each.requirement() for each in section.packages if not each.path],
        "local": {each.name: each.marker for each in section.packages if each.path},
        "flags": flags,
    }
