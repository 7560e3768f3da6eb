"""Searches that a newcomer is offered first, and which pictures answer them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from photoorg.demo.scene import Scene, all_scenes, held_out


@dataclass(frozen=True)
class SuggestedSearch:
    """A query and the truth about it: whether a scene is what was asked for."""

    query: str
    matches: Callable[[Scene], bool]

    @property
    def held_out(self) -> bool:
        """Whether the demo model was trained on none of the scenes that answer the query."""
        return all(held_out(scene) for scene in all_scenes() if self.matches(scene))


def _search(query: str, facts: str) -> SuggestedSearch:
    needed = frozenset(facts.split())
    return SuggestedSearch(query, lambda scene: needed <= scene.facts)


SUGGESTED_SEARCHES = (
    _search("a red house in the snow", "red house snow"),
    _search("boats at night", "boat night"),
    _search("a sunset over the sea", "sunset water"),
    _search("a red house by the sea at night", "red house beach night"),
    _search("a rainbow over the mountains", "rainbow mountains"),
    _search("a yellow boat at night", "yellow boat night"),
    _search("rain in the city", "rain city"),
    _search("a lighthouse at sunset", "lighthouse sunset"),
    _search("a cat on the beach", "cat beach"),
    _search("a black cat in the city at sunset", "black cat city sunset"),
    _search("a tent in the mountains at night", "tent mountains night"),
    _search("purple balloons over the sea at night", "purple balloon sea night"),
    _search("trees in the snow", "tree snow"),
    _search("a blue house in the snow at sunset", "blue house snowfield sunset"),
    _search("a red car on a sunny day", "red car sunny"),
    _search("a snowman under the stars", "snowman stars"),
)
