"""The compiler: run by the target's own CPython version, it turns sources into marshalled code.

This file is a script, not a module of oxidize: it imports nothing but built-in modules. It reads a
JSON job from the file named first: {"levels": [0], "modules": [[path, file], ...]}; and writes to
the file named second, per module and level, one byte (0 code, 1 error), 8 bytes of size
(little-endian) and that many bytes: code as marshal writes it, or the text of a SyntaxError.
"""

import json
import marshal
import sys
import warnings


def compile_one(data: bytes, path: str, level: int) -> tuple[int, bytes]:
    """(0, marshalled code) or (1, error text). `path` becomes co_filename."""
    try:
        code = compile(data, path, "exec", dont_inherit=True, optimize=level)
    except (SyntaxError, ValueError) as error:
        where = getattr(error, "lineno", None)
        message = getattr(error, "msg", None) or str(error)
        return 1, f"{path}:{where}: {message}".encode()
    return 0, marshal.dumps(code)


def main() -> None:
    """Does the job."""
    # Warnings about old escapes would be the tool's noise, not the application's.
    warnings.simplefilter("ignore")
    with open(sys.argv[1], encoding="utf-8") as stream:  # noqa: PTH123
        job = json.load(stream)
    with open(sys.argv[2], "wb") as out:  # noqa: PTH123
        for path, file in job["modules"]:
            with open(file, "rb") as stream:  # noqa: PTH123
                data = stream.read()
            for level in job["levels"]:
                kind, body = compile_one(data, path, level)
                out.write(bytes([kind]) + len(body).to_bytes(8, "little") + body)


if __name__ == "__main__":
    main()
