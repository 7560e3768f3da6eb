"""From what the grammar finds to the tree of a query."""

from collections.abc import Callable, Iterator
from itertools import islice, takewhile
from typing import TYPE_CHECKING, Any, Final

from photoorg.query_errors import FilterUnknown, WeightInvalid
from photoorg.search.language.expression import Filter, Like, Part, Phrase, Words
from photoorg.search.language.filters import invalid_value, is_understood
from photoorg.search.language.keys import EXAMPLES, meant_key
from photoorg.search.language.lexing import place_of, with_blanks
from photoorg.search.language.negation import reach_of_not
from photoorg.search.language.normal_form import all_of, either_of, not_of, weighted, weights_of
from photoorg.search.language.wording import readable, says_something

if TYPE_CHECKING:
    from lark import Token, Tree

LEAST_WEIGHT: Final = 0.01
MOST_WEIGHT: Final = 10.0
_NOT: Final = object()


class TreeBuilder:
    """Folds the grammar's tree of one text. Goes as deep as its parentheses, which have been counted."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._rules: dict[str, Callable[[list[Any]], Part | None]] = {
            "start": self._inner,
            "either": self._either,
            "all": self._all,
            "minus": lambda children: _denied(self._folded(children[1])),
            "weight": self._weight,
            "word": lambda children: _words([self._word(children[0])]),
            "phrase": self._phrase,
            "filter": self._filter,
            "group": self._inner,
        }

    def part(self, tree: "Tree[Token]") -> Part | None:
        """The query; None if it says nothing. Raises QueryError."""
        return self._folded(tree)

    def _folded(self, tree: Any) -> Part | None:
        return self._rules[tree.data](tree.children)

    def _inner(self, children: list[Any]) -> Part | None:
        return next((self._folded(child) for child in children if _is_tree(child)), None)

    def _either(self, children: list[Any]) -> Part | None:
        parts = [self._folded(child) for child in children if _is_tree(child)]
        return either_of(part for part in parts if part)

    def _all(self, children: list[Any]) -> Part | None:
        return all_of(part for part in _joined([self._item(child) for child in children]) if part)

    def _item(self, child: Any) -> Any:
        if not _is_tree(child):
            return _NOT
        return self._word(child.children[0]) if child.data == "word" else self._folded(child)

    def _word(self, token: "Token") -> str:
        if meant := meant_key(str(token)):
            key, suggestion = meant
            start, end = place_of(token)
            params = {"query": self._text, "start": start, "end": end, "near": str(token)}
            raise FilterUnknown(**params, key=key, suggestion=suggestion, example=EXAMPLES[suggestion])
        return str(token)

    def _phrase(self, children: list[Any]) -> Part | None:
        text = readable(unquoted(children[0]))
        return Phrase(text) if says_something(text) else None

    def _filter(self, children: list[Any]) -> Part:
        start, end = place_of(children[0])
        key, typed = str(children[0]).split(":", 1)
        key = key.lower()
        value = unquoted(self._text[end - len(typed) : end]).strip()  # of a path, as it is
        if key != "like":
            value = with_blanks(value).strip()
        if not is_understood(key, value):
            raise invalid_value(key, self._text, start, end)
        return Like(value) if key == "like" else Filter(key, value)

    def _weight(self, children: list[Any]) -> Part | None:
        part, token = self._folded(children[0]), children[1]
        if part is None:
            return None
        if not weights_of(part):
            raise self._no_such_weight(token, "only descriptions and examples have one")
        part = weighted(part, float(token[1:]))
        if not all(LEAST_WEIGHT <= weight <= MOST_WEIGHT for weight in weights_of(part)):
            raise self._no_such_weight(token, f"weights go from {LEAST_WEIGHT:g} to {MOST_WEIGHT:g}")
        return part

    def _no_such_weight(self, token: "Token", detail: str) -> WeightInvalid:
        start, end = place_of(token)
        return WeightInvalid(query=self._text, start=start, end=end, near=str(token), detail=detail)


def unquoted(value: str) -> str:
    """A value without its quotes; one without quotes, without a comma behind it."""
    if value.startswith('"'):
        return value[1:-1].replace('""', '"')
    return value[1:-1] if value.startswith(("“", "”", "„")) else value.rstrip(",;")


def _joined(items: list[Any]) -> Iterator[Part | None]:
    """Runs of words (str) as one description, and the contrary of what a "not" denies; one that denies nothing is left out."""
    place = 0
    while place < len(items):
        is_denied = items[place] is _NOT
        place += is_denied
        words = list(takewhile(lambda item: isinstance(item, str), islice(items, place, None)))
        if words:
            count = reach_of_not(words) if is_denied else len(words)
            part = _words(words[:count])
        elif place < len(items) and items[place] is not _NOT:
            count, part = 1, items[place]
        else:
            continue
        yield _denied(part) if is_denied else part
        place += count


def _words(words: list[str]) -> Part | None:
    return Words(" ".join(words)) if any(says_something(word) for word in words) else None


def _denied(part: Part | None) -> Part | None:
    return not_of(part) if part else None


def _is_tree(child: Any) -> bool:
    return hasattr(child, "children")
