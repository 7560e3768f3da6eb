"""Rules of the architecture that import contracts cannot express."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
PACKAGE = CHECKOUT / "photoorg"
FILES = sorted(PACKAGE.rglob("*.py"))
HEAVY = (
    "PySide6",
    "torch",
    "torchvision",
    "open_clip",
    "numpy",
    "PIL",
    "hnswlib",
    "lark",
    "pillow_heif",
    "pillow_jxl",
    "rawpy",
)
LINE_LIMIT = 300
# Longer, with their reasons.
LONG_FILES = {
    "errors.py": "one list of all errors, so that their texts read alike",
    "library.py": "one list of all that the library does",
}
SQL = re.compile(
    r"^\s*(SELECT\s.+\sFROM|INSERT\s+(OR\s+\w+\s+)?INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|PRAGMA|CREATE\s+TABLE)\s",
    re.DOTALL,
)


def name_of(file):
    return file.relative_to(PACKAGE).as_posix()


def texts_in(file):
    """All string constants of a file that are no docstrings."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    docstrings = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    constants = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and node not in docstrings)
    return [node.value for node in constants if isinstance(node.value, str)]


def loaded_by(module):
    script = f"import sys, json, {module}; print(json.dumps(sorted({{name.split('.')[0] for name in sys.modules}})))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=CHECKOUT)
    return set(json.loads(done.stdout))


@pytest.mark.parametrize("module", ["photoorg.cli.main", "photoorg"])
def test_the_command_line_starts_without_the_heavy_libraries(module):
    assert not loaded_by(module).intersection(HEAVY)


@pytest.mark.parametrize("module", ["photoorg.media.worker", "photoorg.media.worker_pool"])
def test_decode_workers_load_neither_torch_nor_qt(module):
    assert not loaded_by(module).intersection({"torch", "open_clip", "PySide6"})


@pytest.mark.parametrize("module", ["photoorg.jobs.runner", "photoorg.catalog.database", "photoorg.errors"])
def test_the_lower_floors_import_no_upper_one(module):
    script = f"import sys, json, {module}; print(json.dumps([n for n in sys.modules if n.startswith('photoorg.')]))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=CHECKOUT)
    parts = {name.split(".")[1] for name in json.loads(done.stdout)}
    assert not parts.intersection({"library", "cli", "indexing", "search", "embedding", "media"})


def test_files_stay_short_enough_to_be_read():
    lines = {name_of(file): len(file.read_text(encoding="utf-8").splitlines()) for file in FILES}
    assert {name for name, count in lines.items() if count >= LINE_LIMIT} <= LONG_FILES.keys()
    assert max(lines.values()) < 500


def test_sql_stands_in_the_catalog_only():
    found = [name_of(file) for file in FILES if any(SQL.match(text) for text in texts_in(file))]
    assert found
    assert [name for name in found if not name.startswith("catalog/")] == []


def test_nothing_sleeps_prints_or_exits_outside_the_command_line():
    for file in FILES:
        calls = {
            ast.unparse(node.func)
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
            if isinstance(node, ast.Call)
        }
        forbidden = {"time.sleep", "print", "exit"} | (set() if name_of(file).startswith("cli/") else {"sys.exit"})
        assert not calls.intersection(forbidden), name_of(file)


def test_no_folder_has_a_name_that_says_nothing():
    names = {path.stem for path in PACKAGE.rglob("*") if path.suffix in ("", ".py")}
    assert not names.intersection({"utils", "util", "helpers", "misc", "manager", "common"})


def test_every_module_says_what_it_is_for():
    assert [name_of(file) for file in FILES if not ast.get_docstring(ast.parse(file.read_text(encoding="utf-8")))] == []


def test_what_the_program_reads_from_its_package_is_there():
    for step in ("catalog-1.sql", "derived-1.sql", "thumbnails-1.sql"):
        assert (PACKAGE / "catalog" / "schema" / step).is_file()
