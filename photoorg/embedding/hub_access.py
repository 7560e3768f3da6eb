"""The hub's own library, set up so that it calls nobody else and sends nobody's login; and where the hub is."""

import logging
import os
import urllib.request
from typing import Any
from urllib.parse import urlsplit


def hub() -> Any:
    """huggingface_hub: no calls home, no login, plain HTTP that can go on in the middle of a file, no words on stderr."""
    import huggingface_hub

    # Its parts are there only once they have been imported.
    from huggingface_hub import constants, errors, utils  # noqa: F401

    constants.HF_HUB_DISABLE_TELEMETRY = True
    constants.HF_HUB_DISABLE_IMPLICIT_TOKEN = True
    constants.HF_HUB_DISABLE_XET = True
    logging.getLogger("huggingface_hub").setLevel(logging.ERROR)
    return huggingface_hub


def endpoint() -> str:
    """The hub's address, or that of the mirror in HF_ENDPOINT, without a slash at its end."""
    from huggingface_hub import constants

    address: str = os.environ.get("HF_ENDPOINT") or constants.ENDPOINT
    return address.rstrip("/")


def host_name() -> str:
    """The hub's host, for people."""
    return without_login(endpoint())


def page_of(repository: str) -> str:
    """The web page of a model."""
    return f"{endpoint()}/{repository}"


def proxy_in_use() -> str:
    """The proxy that requests to the hub go through, without its password; empty if there is none."""
    if not is_address(endpoint()):
        return ""
    parts = urlsplit(endpoint())
    proxies = urllib.request.getproxies()
    if urllib.request.proxy_bypass(parts.netloc.rpartition("@")[2]):
        return ""
    return without_login(proxies.get(parts.scheme) or proxies.get("all") or "")


def is_address(text: str) -> bool:
    """Whether this is a web address."""
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def without_login(address: str) -> str:
    """Host and port of an address."""
    rest = address.partition("://")[2] or address
    return rest.partition("/")[0].rpartition("@")[2]
