"""The demo library: drawn pictures, indexed with the bundled model, and suggested searches to try."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from photoorg.demo.drawing import draw_library
from photoorg.demo.scene import Scene
from photoorg.demo.searches import SUGGESTED_SEARCHES, SuggestedSearch
from photoorg.jobs.blocking import OnProgress
from photoorg.library import Library
from photoorg.paths import default_data_dir

PICTURES = "pictures"
# What is in each picture, as the drawing knows it. Beside the pictures' folder, so that no search ever reads it.
RECORD = "what-was-drawn.json"
_RESULTS = 10


def default_demo_dir() -> Path:
    """A folder of its own beside the library's."""
    data_dir = default_data_dir()
    return data_dir.with_name(f"{data_dir.name}-demo")


def run_demo(data_dir: Path, *, device: str, on_progress: OnProgress, say: Callable[[str], None]) -> dict[str, Any]:
    """Draw, index, search. Run again, it starts from what is there. Raises what Library raises."""
    with Library(data_dir, device=device) as library:
        say("Drawing the demo pictures ...")
        scenes = draw_pictures(library.data_dir.root)
        library.models.use("demo")
        library.index([library.data_dir.root / PICTURES], on_progress=on_progress)
        searches = [_run(library, search, scenes) for search in SUGGESTED_SEARCHES]
        photos = library.stats().counts.photos
        return {"photos": photos, "data_dir": str(library.data_dir.root), "searches": searches}


def draw_pictures(data_dir: Path) -> dict[Path, Scene]:
    """Draw what is not drawn yet; gives absolute path -> what is in the picture, and writes that down."""
    folder = data_dir.resolve() / PICTURES
    scenes = draw_library(folder)
    record = {name: scene.to_dict() for name, scene in scenes.items()}
    (data_dir / RECORD).write_text(json.dumps(record, indent=1), encoding="utf-8")
    return {folder / name: scene for name, scene in scenes.items()}


def _run(library: Library, search: SuggestedSearch, scenes: dict[Path, Scene]) -> dict[str, Any]:
    found = library.search(search.query, k=_RESULTS, keep_all=True)
    results = [
        {
            "path": str(hit.path),
            "score": round(hit.score or 0.0, 6),
            "relevance": round(hit.relevance, 4),
            "relevant": hit.path in scenes and search.matches(scenes[hit.path]),
        }
        for hit in found.hits
    ]
    return {
        "query": search.query,
        "relevant": sum(search.matches(scene) for scene in scenes.values()),
        "results": results,
    }
