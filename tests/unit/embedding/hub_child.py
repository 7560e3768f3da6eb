"""A program that installs a model, and is killed: `python hub_child.py REFERENCE MODELS_DIR [MODULE.FUNCTION]`.

With a function, it is killed where it calls that one, after it has written half of a file that it was to write.
"""

import importlib
import os
import signal
import sys
from pathlib import Path

from photoorg.embedding import install


def die(*arguments, **_options):
    for path in arguments:
        if isinstance(path, Path) and not path.exists():
            path.write_bytes(b"half of a file")
    os.kill(os.getpid(), signal.SIGKILL)


def main(reference, models_dir, deadly=""):
    install.check_folder_loads = lambda _folder: None  # seconds of imports that nothing here depends on
    if deadly:
        module, _, name = deadly.rpartition(".")
        setattr(importlib.import_module(module), name, die)
    install.install(reference, Path(models_dir), lambda *_: None, lambda: None)


if __name__ == "__main__":
    main(*sys.argv[1:])
