"""A program that uses the Python API: one search in a line of JSON on stdin, one answer in a line on stdout."""

import json
import os
import sys
from typing import Any

from photoorg import Library
from photoorg.errors import PhotoorgError


def answer(library: Library, question: dict[str, Any]) -> dict[str, Any]:
    """What `Library.search` says, or its error."""
    try:
        result = library.search(question.pop("query"), **question)
    except PhotoorgError as error:
        return {"error": error.code, "place": [error.params.get("start"), error.params.get("end")]}
    return {
        "names": [os.path.basename(os.fsdecode(hit.photo.path)) for hit in result.hits],
        "ids": [hit.photo.id for hit in result.hits],
        "relevance": [round(hit.relevance, 4) for hit in result.hits],
        "copies": [len(hit.copies) for hit in result.hits],
        "relevant": result.relevant,
        "nothing_matches": result.nothing_matches,
        "ranking": result.ranking.photo_ids.tolist(),
    }


def main() -> None:
    """Answer until stdin ends."""
    with Library(sys.argv[1]) as library:
        for line in sys.stdin:
            sys.stdout.write(json.dumps(answer(library, json.loads(line))) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
