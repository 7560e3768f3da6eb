"""When photos may be read: not while indexing is paused, nor on battery or while the computer is used, if so wished."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from photoorg.indexing.computer_use import OtherPrograms, is_on_battery, untouched_s
from photoorg.settings import Settings

PAUSED = "Paused"
NOT_IDLE = "Waiting until the computer is idle"
ON_BATTERY = "Waiting for mains power"

# For so long nobody has touched it, or, where the system does not tell, other programs have had little to do.
IDLE_AFTER_S = 120.0
# Processor cores: more than what always goes on in the background.
LITTLE_TO_DO = 0.5
LOOK_S = 2.0


@dataclass(frozen=True)
class Computer:
    """What is asked about the computer; see computer_use."""

    is_on_battery: Callable[[], bool] = is_on_battery
    untouched_s: Callable[[], float | None] = untouched_s
    cores_used: Callable[[], float] = field(default_factory=lambda: OtherPrograms().cores_used)


class SpareTime:
    """Heeds the settings `only_when_idle` and `not_on_battery`. The computer is asked every few seconds."""

    def __init__(
        self, computer: Callable[[], Computer] = Computer, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._make_computer = computer
        self._clock = clock
        self._computer: Computer | None = None
        self._asked: tuple[bool, bool] | None = None
        self._next_look = 0.0
        self._busy_at = 0.0
        self._waits_for: str | None = None

    def waits_for(self, settings: Settings) -> str | None:
        """Why photos may not be read now, in words for people; None if they may."""
        asked = (settings.not_on_battery, settings.only_when_idle)
        if asked == (False, False):
            self._asked = None
            return None
        now = self._clock()
        if asked != self._asked or now >= self._next_look:
            self._next_look = now + LOOK_S
            self._waits_for = self._look(settings, now)
            self._asked = asked
        return self._waits_for

    def _look(self, settings: Settings, now: float) -> str | None:
        if self._computer is None or self._asked is None:  # what was used before says nothing
            self._computer, self._busy_at = self._make_computer(), now
        if settings.not_on_battery and self._computer.is_on_battery():
            return ON_BATTERY
        return NOT_IDLE if settings.only_when_idle and not self._is_idle(self._computer, now) else None

    def _is_idle(self, computer: Computer, now: float) -> bool:
        idle_s = computer.untouched_s()
        if idle_s is None:
            if computer.cores_used() > LITTLE_TO_DO:
                self._busy_at = now
            idle_s = now - self._busy_at
        return idle_s >= IDLE_AFTER_S
