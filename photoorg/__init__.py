"""photoorg: find and tidy your own photos by describing them."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from photoorg.library import Library

__version__ = "0.1.0"
__all__ = ["Library", "__version__"]


def __getattr__(name: str) -> Any:
    """Load `Library` on first use, so that `import photoorg` alone costs nothing."""
    if name == "Library":
        from photoorg.library import Library

        return Library
    raise AttributeError(f"module 'photoorg' has no attribute '{name}'")
