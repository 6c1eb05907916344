"""The network as uv sees it: settings of the user's, which are never part of keys or messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from oxidize.packages.places import Access, Locations
from oxidize.redaction import VARIABLE

# What lets a program reach and trust hosts. Other variables of uv's would change what is chosen.
_PASSED = frozenset(
    {
        "ALL_PROXY",
        "APPDATA",
        "CURL_CA_BUNDLE",
        "GIT_SSL_CAINFO",
        "HOME",
        "HTTPS_PROXY",
        "HTTP_PROXY",
        "LOCALAPPDATA",
        "NETRC",
        "NO_PROXY",
        "REQUESTS_CA_BUNDLE",
        "SSL_CERT_DIR",
        "SSL_CERT_FILE",
        "SSL_CLIENT_CERT",
        "USERPROFILE",
        "UV_CONFIG_FILE",
        "UV_CREDENTIALS_DIR",
        "UV_DEFAULT_INDEX",
        "UV_EXTRA_INDEX_URL",
        "UV_FIND_LINKS",
        "UV_HTTP_CONNECT_TIMEOUT",
        "UV_HTTP_RETRIES",
        "UV_HTTP_TIMEOUT",
        "UV_INDEX",
        "UV_INDEX_STRATEGY",
        "UV_INDEX_URL",
        "UV_INSECURE_HOST",
        "UV_KEYRING_PROVIDER",
        "UV_NATIVE_TLS",
        "UV_NO_CONFIG",
        "UV_NO_INDEX",
        "UV_OFFLINE",
        "UV_SYSTEM_CERTS",
        "XDG_CONFIG_DIRS",
        "XDG_CONFIG_HOME",
        "XDG_DATA_HOME",
    }
)
_PASSED_STARTS = ("UV_INDEX_", "UV_CONCURRENT_", "KEYRING_", "PYTHON_KEYRING_")
# Settings for pip -> uv's own names of them.
_OF_PIP = {
    "PIP_CERT": "SSL_CERT_FILE",
    "PIP_EXTRA_INDEX_URL": "UV_EXTRA_INDEX_URL",
    "PIP_INDEX_URL": "UV_DEFAULT_INDEX",
    "PIP_PROXY": "ALL_PROXY",
    "PIP_TRUSTED_HOST": "UV_INSECURE_HOST",
}


def is_network_setting(name: str) -> bool:
    """Whether a variable says how to reach hosts."""
    return (
        name.upper() in _PASSED
        or name.startswith(_PASSED_STARTS)
        or name in _OF_PIP
        or name == "PIP_FIND_LINKS"
    )


def network_environment(
    environ: Mapping[str, str], locations: Locations, offline: bool
) -> dict[str, str]:
    """The private variables that uv gets; `environ` is the user's."""
    env = {name: value for name, value in environ.items() if is_network_setting(name)}
    for name in [name for name in env if name.startswith("PIP_")]:
        value = env.pop(name)
        if name in _OF_PIP:
            env.setdefault(_OF_PIP[name], value)
        elif "UV_FIND_LINKS" not in env:
            env["UV_FIND_LINKS"] = ",".join(value.split())
    if locations.index_url:
        env.pop("UV_INDEX_URL", None)
        env["UV_DEFAULT_INDEX"] = expanded(locations.index_url, environ)
    if locations.extra_index_urls:
        more = [expanded(url, environ) for url in locations.extra_index_urls]
        env["UV_INDEX"] = " ".join([*more, *env.get("UV_INDEX", "").split()])
    if urls := [expanded(each, environ) for each in locations.find_links if "://" in each]:
        env["UV_FIND_LINKS"] = ",".join([*urls, *filter(None, [env.get("UV_FIND_LINKS")])])
    if offline:
        env["UV_OFFLINE"] = "1"
    return env


def place_flags(access: Access) -> list[str]:
    """Arguments of uv that say where to look, as far as they may be seen."""
    places = access.locations
    folders = [each for each in (*access.wheelhouse, *places.find_links) if "://" not in each]
    return [
        *(f"--find-links={folder}" for folder in folders),
        *(["--no-index"] if places.no_index else []),
        *(["--offline"] if access.offline else []),
    ]


def expanded(url: str, environ: Mapping[str, str]) -> str:
    """A URL with the values of variables that are spelled `${NAME}`."""
    return VARIABLE.sub(lambda match: environ.get(match[1], match[0]), url)


def variables_in(texts: Sequence[str], environ: Mapping[str, str]) -> dict[str, str]:
    """Values of the variables that are spelled `${NAME}` in texts, as far as they have one."""
    names = {name for text in texts for name in VARIABLE.findall(text)}
    return {name: environ[name] for name in sorted(names) if name in environ}
