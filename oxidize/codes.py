"""Every diagnostic code and its title: the one table that messages, `explain` and docs share.

Each code has a page in docs/codes, which `oxidize explain` shows.
"""

from __future__ import annotations

# What the codes that begin so are about.
GROUPS: dict[str, str] = {
    "OX00": "oxidize itself",
    "OX01": "parsing, load() and names",
    "OX02": "values, arguments and objects",
    "OX03": "targets",
    "OX04": "actions",
    "OX05": "distributions",
    "OX06": "containers and files",
    "OX07": "environment and store",
    "OX08": "command line",
    "OX09": "packages",
}

TITLES: dict[str, str] = {
    # oxidize itself
    "OX0001": "a bug of oxidize",
    # parsing, load() and names
    "OX0101": "syntax error",
    "OX0102": "unknown name",
    "OX0103": "name used before it has a value",
    "OX0104": "not a label",
    "OX0105": "loaded file doesn't exist",
    "OX0106": "files load each other",
    "OX0107": "loaded file doesn't define the name",
    "OX0108": "name is private to its file",
    "OX0109": "build file can't be read",
    "OX0110": "calls nested too deeply",
    "OX0111": "unknown rule library",
    "OX0112": "no build file",
    # values, arguments and objects
    "OX0201": "wrong type of argument",
    "OX0202": "missing argument",
    "OX0203": "unknown argument",
    "OX0204": "too many arguments",
    "OX0205": "unknown attribute or method",
    "OX0206": "objects have no settable attributes",
    "OX0207": "object can't be iterated",
    "OX0208": "value isn't one of the choices",
    "OX0209": "path doesn't exist",
    "OX0210": "object is frozen",
    "OX0211": "fail() was called",
    "OX0212": "operation isn't possible",
    "OX0213": "type has no constructor",
    "OX0214": "invalid value",
    "OX0215": "settings contradict each other",
    "OX0216": "function can't be passed here",
    "OX0217": "key or index isn't there",
    "OX0218": "value is frozen",
    "OX0223": "path file can't be followed",
    # targets
    "OX0301": "unknown target",
    "OX0302": "target registered twice",
    "OX0303": "target is of a type that can't be built",
    "OX0304": "unknown dependency",
    "OX0305": "targets depend on each other",
    "OX0306": "no target registered",
    "OX0307": "target function doesn't take its dependencies",
    "OX0308": "target registered inside a target function",
    "OX0309": "invalid target name",
    # actions
    "OX0401": "command failed",
    "OX0402": "command can't be started",
    "OX0403": "source doesn't exist",
    "OX0404": "source can't be read",
    "OX0405": "folder loop",
    "OX0406": "source changed while it was being built",
    "OX0411": "syntax error in a packaged module",
    "OX0412": "two resources under one name",
    "OX0413": "main module is missing",
    "OX0414": "file name isn't UTF-8",
    "OX0421": "damaged distribution",
    "OX0422": "distribution isn't installed",
    "OX0423": "packages are for another Python",
    # distributions
    "OX0501": "needs a standalone distribution",
    "OX0502": "Python version isn't available",
    "OX0503": "Python interpreter doesn't exist",
    "OX0504": "unknown target triple",
    "OX0511": "Python can't be embedded",
    "OX0512": "a static library is missing",
    "OX0513": "interpreter isn't dynamically linked",
    "OX0514": "an extension module's library is missing",
    "OX0515": "not a Python",
    # containers and files
    "OX0601": "damaged container",
    "OX0602": "file can't be read",
    "OX0603": "not a program that oxidize built",
    # environment and store
    "OX0701": "no space left",
    "OX0702": "may not write",
    "OX0703": "can't write",
    "OX0704": "a folder is in an output's place",
    "OX0705": "program can't be executed",
    "OX0721": "the C toolchain is missing",
    "OX0722": "uv is missing",
    # command line
    "OX0801": "unknown verb",
    "OX0802": "unknown option",
    "OX0803": "wrong arguments",
    "OX0804": "variable isn't NAME=VALUE",
    "OX0805": "environment variable isn't set",
    "OX0806": "several targets to run",
    "OX0807": "target isn't a program",
    "OX0808": "unknown page or code",
    "OX0811": "no script",
    "OX0812": "script can't be understood",
    "OX0813": "project without scripts",
    "OX0814": "output is a folder",
    "OX0815": "script or project is for another Python",
    "OX0816": "which script is meant",
    "OX0817": "output would replace a file",
    # packages
    "OX0901": "requirement isn't understood",
    "OX0902": "option of pip_install() isn't understood",
    "OX0903": "file of requirements isn't understood",
    "OX0904": "requirements can't be resolved",
    "OX0905": "oxidize.lock is out of date",
    "OX0906": "oxidize.lock is damaged",
    "OX0907": "fetched file isn't the locked one",
    "OX0908": "packages can't be installed",
    "OX0909": "local project can't be built",
    "OX0910": "credentials in a URL",
    "OX0911": "no file has a given hash",
}


def group_of(code: str) -> str:
    """What a code is about."""
    return GROUPS[code[:4]]
