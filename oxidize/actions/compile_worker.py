"""The compiler: run by the target's own CPython version, it turns sources into marshalled code.

This file is a script, not a module of oxidize: it imports the standard library only. It reads a
JSON job from the file named first: {"levels": [0], "lazy": true, "modules": [[path, file], ...]};
and writes to the file named second, per module and level, one byte of bits (below), 8 bytes of size
(little-endian) and that many bytes: code as marshal writes it, or the text of a SyntaxError.
"""

import ast
import json
import marshal
import sys
import warnings

ERROR = 1  # a text, no code
NAMES_FILE = 2  # the code that runs on import names __file__
CALLS_FILE = 4  # the module calls FILE_CALL in functions that name __file__, or LOCATIONS_CALL
FILE_CALL = "__oxidize_file__"
LOCATIONS = "submodule_search_locations"  # of a spec: where some look for a package's data
LOCATIONS_CALL = "__oxidize_locations__"


class LazyFile(ast.NodeTransformer):
    """Inside functions, `__file__` becomes a call: files are made real once they are wanted, not
    when the module is imported. What runs on import keeps the name. A spec's locations go through
    a call wherever they are read."""

    def __init__(self) -> None:
        self.depth = 0
        self.bits = 0

    def visit_function(self, node: ast.AST) -> ast.AST:
        """Decorators, defaults and annotations are evaluated outside; only the body is inside."""
        for field, value in ast.iter_fields(node):
            inside = field == "body"
            self.depth += inside
            if isinstance(value, list):
                value[:] = [self.visit(v) if isinstance(v, ast.AST) else v for v in value]
            elif isinstance(value, ast.AST):
                setattr(node, field, self.visit(value))
            self.depth -= inside
        return node

    visit_FunctionDef = visit_AsyncFunctionDef = visit_Lambda = visit_function

    def visit_Name(self, node: ast.Name) -> ast.AST:
        """The name itself."""
        if node.id != "__file__":
            return node
        if not self.depth:
            self.bits |= NAMES_FILE
            return node
        self.bits |= CALLS_FILE
        name = ast.copy_location(ast.Name(FILE_CALL, ast.Load()), node)
        return ast.copy_location(ast.Call(name, [], []), node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """An attribute of anything."""
        self.generic_visit(node)
        if node.attr != LOCATIONS or type(node.ctx) is not ast.Load:
            return node
        self.bits |= CALLS_FILE
        name = ast.copy_location(ast.Name(LOCATIONS_CALL, ast.Load()), node)
        return ast.copy_location(ast.Call(name, [node], []), node)


def assigns_file(tree: ast.Module) -> bool:
    """Whether a module makes a __file__ of its own, in whatever scope."""
    return any(
        (isinstance(node, ast.Name) and node.id == "__file__" and type(node.ctx) is not ast.Load)
        or (isinstance(node, ast.arg) and node.arg == "__file__")
        or (isinstance(node, ast.alias) and (node.asname or node.name) == "__file__")
        for node in ast.walk(tree)
    )


def lazy_file(data: bytes, path: str) -> tuple[ast.Module, int]:
    """The tree of a source that has one of the words, made lazy, and its bits."""
    tree = ast.parse(data, path)
    if assigns_file(tree):
        return tree, NAMES_FILE
    lazy = LazyFile()
    return lazy.visit(tree), lazy.bits


def compile_one(data: bytes, path: str, level: int, lazy: bool) -> tuple[int, bytes]:
    """(bits, marshalled code) or (ERROR, error text). `path` becomes co_filename."""
    try:
        wants = lazy and (b"__file__" in data or LOCATIONS.encode() in data)
        source, bits = lazy_file(data, path) if wants else (data, 0)
        code = compile(source, path, "exec", dont_inherit=True, optimize=level)
    except (SyntaxError, ValueError) as error:
        where = getattr(error, "lineno", None)
        message = getattr(error, "msg", None) or str(error)
        return ERROR, f"{path}:{where}: {message}".encode()
    return bits, marshal.dumps(code)


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
                bits, body = compile_one(data, path, level, job["lazy"])
                out.write(bytes([bits]) + len(body).to_bytes(8, "little") + body)


if __name__ == "__main__":
    main()
