"""The Python examples of the README run as they stand, but for the places that they name."""

import os
import re
import subprocess
import sys
from pathlib import Path

from .conftest import DemoLibrary

README = Path(__file__).parents[2] / "README.md"


def test_the_python_examples_run(demo: DemoLibrary, tmp_path: Path) -> None:
    pictures = demo.data_dir / "pictures" / "2023"
    examples = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert len(examples) > 1
    # The library is made by that of the last chapter.
    examples.sort(key=lambda example: "library.index(" not in example)
    program = "\n".join(examples).replace("/tmp/try-photoorg", str(tmp_path / "data"))
    program = program.replace("~/Pictures", str(pictures))
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, env=os.environ, timeout=200
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert any(line.endswith("photos, 0 unreadable") for line in lines)
    assert any("of the photos searched" in line for line in lines)
    assert any("rating:9" in line and line.endswith("7 15") for line in lines)
    assert "['camera:']" in lines
