"""The functions that make signers, and that read what opens their keys."""

from __future__ import annotations

import os

from oxidize.objects.code_signer import CodeSigner
from oxidize.objects.context import Context
from oxidize.objects.input_paths import existing_file
from oxidize.objects.member import exposed
from oxidize.objects.problem import refuse
from oxidize.objects.secret import Secret
from oxidize.objects.signing_key import certified_key, openpgp_key


@exposed()
def code_signer_from_pfx_file(
    context: Context, path: str, password: str | Secret = ""
) -> CodeSigner:
    """A signer for what Windows and macOS run and install.

    Args:
        path: A PKCS #12 file (`.pfx`, `.p12`) with a key and its certificate; relative to the build
            file's folder.
        password: What opens it; a [Secret](Secret.md), so that nothing shows it.
    """
    file = existing_file(context.reach, path)
    return CodeSigner(context=context, key=certified_key(file, path, _revealed(password)))


@exposed()
def code_signer_from_gpg_key_file(
    context: Context, path: str, password: str | Secret = ""
) -> CodeSigner:
    """A signer for packages of Debian and Fedora.

    Args:
        path: A secret key, as `gpg --export-secret-keys` writes it; relative to the build file's
            folder.
        password: What opens it; a [Secret](Secret.md), so that nothing shows it.
    """
    file = existing_file(context.reach, path)
    return CodeSigner(context=context, key=openpgp_key(file, path, _revealed(password)))


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


def _revealed(text: str | Secret) -> str:
    return text.text if isinstance(text, Secret) else text
