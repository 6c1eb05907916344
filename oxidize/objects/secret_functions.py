"""The functions that read secrets, from where nobody else looks."""

from __future__ import annotations

import os

from oxidize.objects.context import Context
from oxidize.objects.input_paths import existing_file
from oxidize.objects.member import exposed
from oxidize.objects.problem import refuse
from oxidize.objects.secret import Secret


@exposed()
def secret_from_env(context: Context, name: str, default: str | None = None) -> Secret:
    """A text from an environment variable, which is neither shown nor cached.

    Args:
        name: The variable.
        default: The text where it isn't set; None: an error.
    """
    text = os.environ.get(name, default)
    if text is None:
        refuse(
            "OX1165",
            f'the environment variable "{name}" isn\'t set',
            argument="name",
            help=f"set it for oxidize alone: {name}=... oxidize build",
        )
    return Secret(context=context, text=text)


@exposed()
def secret_from_file(context: Context, path: str) -> Secret:
    """A text from a file, which is neither shown nor cached.

    Args:
        path: The file, whose last line break isn't part of the text; relative to the build file's
            folder.
    """
    file = existing_file(context.reach, path)
    try:
        # Not noted as what the build depends on: sizes tell, and it decides nothing.
        text = file.read_text("utf-8")
    except OSError as error:
        refuse("OX1165", f'"{path}" can\'t be read: {error.strerror}', argument="path")
    except UnicodeDecodeError:
        refuse("OX1165", f'"{path}" holds no text in UTF-8', argument="path")
    return Secret(context=context, text=text.removesuffix("\n"))
