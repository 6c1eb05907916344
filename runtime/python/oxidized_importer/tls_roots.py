"""The certificates that systems trust, for an OpenSSL that was built for a system laid out in
another way.

Nothing is looked for before a context asks for the defaults. Where OpenSSL's own paths have
certificates, or the user names some, nothing is added.
"""

import os

# Bundles before folders: what a bundle holds can be told, and doesn't depend on hashes of names.
_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Ubuntu, Arch, Gentoo, Alpine, NixOS
    "/etc/pki/tls/certs/ca-bundle.crt",  # Fedora, RHEL
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  # newer ones of these
    "/etc/ssl/ca-bundle.pem",  # SUSE
    "/var/lib/ca-certificates/ca-bundle.pem",  # what this is a link to
    "/etc/ssl/cert.pem",  # Alpine without its bundle, BSD
    "/etc/pki/tls/cacert.pem",  # OpenELEC
)
_FOLDERS = (
    "/etc/ssl/certs",
    "/etc/pki/tls/certs",
    "/etc/pki/ca-trust/extracted/pem/directory-hash",
    "/var/lib/ca-certificates/openssl",
)


def register(finder, ssl):
    """Has a freshly imported ssl find them."""
    load, tell = ssl.SSLContext.set_default_verify_paths, ssl.get_default_verify_paths

    def set_default_verify_paths(self):
        """Load the certificates that the system trusts."""
        load(self)
        for bundle, folder in _places(ssl):
            try:
                return self.load_verify_locations(bundle, folder)
            except OSError:  # unreadable, or without a certificate; SSLError is one
                continue

    def get_default_verify_paths():
        """Where the certificates are that the system trusts."""
        paths = tell()
        for bundle, folder in _places(ssl):
            return paths._replace(cafile=bundle, capath=folder)
        return paths

    ssl.SSLContext.set_default_verify_paths = set_default_verify_paths
    ssl.get_default_verify_paths = get_default_verify_paths


def _places(ssl):
    """(bundle, None) or (None, folder) of each that is there, beyond what OpenSSL looks at."""
    bundle_variable, bundle, folder_variable, folder = ssl._ssl.get_default_verify_paths()
    if bundle_variable in os.environ or folder_variable in os.environ:
        return
    if os.path.isfile(bundle) or _has_certificates(folder):
        return
    yield from ((each, None) for each in _BUNDLES if os.path.isfile(each))
    yield from ((None, each) for each in _FOLDERS if _has_certificates(each))


def _has_certificates(folder):
    """Whether OpenSSL finds any in a folder: it looks for names like 5ed36f99.0."""
    try:
        with os.scandir(folder) as entries:
            return any(_is_hash(*entry.name.partition(".")) for entry in entries)
    except OSError:
        return False


def _is_hash(stem, _, number):
    return len(stem) == 8 and number.isdecimal() and not stem.strip("0123456789abcdef")
