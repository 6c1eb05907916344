"""The functions that make signers."""

from __future__ import annotations

from oxidize.objects.code_signer import CodeSigner
from oxidize.objects.context import Context
from oxidize.objects.input_paths import existing_file
from oxidize.objects.member import exposed
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


def _revealed(text: str | Secret) -> str:
    return text.text if isinstance(text, Secret) else text
