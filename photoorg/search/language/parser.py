"""Reading what people type: from a text to the tree of what it asks for."""

from typing import TYPE_CHECKING

from photoorg.query_errors import OperatorMisplaced, QueryEmpty
from photoorg.search.language.expression import Part
from photoorg.search.language.lexing import check_pairs, grammar, place_of, tokens_of, with_blanks
from photoorg.search.language.tree_builder import TreeBuilder

if TYPE_CHECKING:
    from lark import Token


def parse(text: str) -> Part | None:
    """What a text asks for, normalised; None if it is empty or blank.

    Raises QueryError, each kind with the place: QueryEmpty for punctuation only, QueryUnbalanced, FilterUnknown,
    FilterValueInvalid, WeightInvalid, OperatorMisplaced, QueryTooComplex.
    """
    from lark.exceptions import UnexpectedToken

    tokens = tokens_of(text)
    if not with_blanks(text).strip():
        return None
    check_pairs(text, tokens)
    try:
        tree = grammar().parse(with_blanks(text))
    except UnexpectedToken as error:
        raise _misplaced(text, tokens, error.token) from error
    part = TreeBuilder(text).part(tree)
    if part is None:
        raise QueryEmpty(query=text, start=0, end=len(text), near=text.strip())
    return part


def _misplaced(text: str, tokens: "list[Token]", unexpected: "Token") -> OperatorMisplaced:
    """Where something is missing, the operator is shown: the token that was unexpected, or the one before it."""
    token = unexpected
    if token.type in {"$END", "CLOSE"}:
        end = len(text) if token.type == "$END" else place_of(token)[0]
        token = [token for token in tokens if place_of(token)[0] < end][-1]
    start, end = place_of(token)
    return OperatorMisplaced(query=text, start=start, end=end, near=str(token))
