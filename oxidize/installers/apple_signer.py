"""Signs what macOS runs or installs, by apple-platform-py: a program of its own, which no other
module of oxidize is part of.

It reads a request as JSON: `tool`, the folder with the library; `path`, what is signed in place;
`options`, arguments of the library's sign(); `identity`, of its P12Key, if somebody signs, and
`issuers`, files with certificates of issuers in DER.
Whatever is secret comes this way, and is neither among arguments nor in the environment.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from typing import Any


def sign(request: dict[str, Any]) -> None:
    """Raises the library's errors."""
    library = import_module("apple_platform")
    options: dict[str, Any] = dict(request["options"])
    if identity := request.get("identity"):
        issuers = library.CertificateDerKey(paths=request["issuers"])
        key = library.P12Key(**identity)
        options["signer"] = library.Signer(p12=key, certificate_der=issuers)
    library.sign(request["path"], **options)


def main() -> None:
    """Ends with the library's words if it can't be done."""
    request = json.load(sys.stdin)
    sys.path.insert(0, request["tool"])
    failure: type[Exception] = import_module("apple_platform").ApplePlatformError
    try:
        sign(request)
    except failure as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
