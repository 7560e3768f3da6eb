"""Undo for the search field, whose text and chips change together: states to go back to. Free of Qt."""

from typing import Generic, Literal, TypeVar

State = TypeVar("State")
Change = Literal["typed", "removed", "other"]

_MOST_STATES = 200


class EditHistory(Generic[State]):
    """States in a row; letters that are typed one after the other are undone together, a word at a time."""

    def __init__(self, first: State) -> None:
        self._states = [first]
        self._at = 0
        self._last: Change = "other"

    @property
    def current(self) -> State:
        """The state as it is now."""
        return self._states[self._at]

    @property
    def can_undo(self) -> bool:
        """Whether there is a state before."""
        return self._at > 0

    @property
    def can_redo(self) -> bool:
        """Whether a state was undone."""
        return self._at + 1 < len(self._states)

    def record(self, state: State, change: Change) -> None:
        """Remember a state. One that goes on with the last change takes its place."""
        goes_on = change == self._last != "other" and self._at > 0
        del self._states[self._at + (0 if goes_on else 1) :]
        self._states.append(state)
        del self._states[:-_MOST_STATES]
        self._at = len(self._states) - 1
        self._last = change

    def undo(self) -> State:
        """The state before, the first one if there is none."""
        return self._go(-1)

    def redo(self) -> State:
        """The state that was undone, the last one if there is none."""
        return self._go(1)

    def _go(self, step: int) -> State:
        self._at = min(max(self._at + step, 0), len(self._states) - 1)
        self._last = "other"
        return self._states[self._at]
