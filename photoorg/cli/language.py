"""The language that the system speaks."""

import locale
import os

# In the order in which POSIX programs look at them.
_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")


def system_language() -> str:
    """Such as "de_DE" or "en_GB"; empty if the system does not say."""
    named = next((os.environ[name] for name in _VARIABLES if os.environ.get(name)), None)
    return _posix_name(named or locale.getlocale()[0] or "")


def _posix_name(name: str) -> str:
    """Windows says "German_Germany"."""
    name = name.partition(".")[0]
    language = name.partition("_")[0]
    return locale.normalize(language).partition(".")[0] if len(language) > len("fil") else name
