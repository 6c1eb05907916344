"""An empty project, as the other end-to-end tests have it."""

from __future__ import annotations

from tests.e2e.conftest import space as space
