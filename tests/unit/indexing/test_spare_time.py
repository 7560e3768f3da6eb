"""When photos may be read: on battery or not, used or idle, by a clock and a computer of the test's own."""

from photoorg.indexing.computer_use import OtherPrograms, is_on_battery, untouched_s
from photoorg.indexing.spare_time import IDLE_AFTER_S, LITTLE_TO_DO, LOOK_S, NOT_IDLE, ON_BATTERY, Computer, SpareTime
from photoorg.settings import Settings

IDLE = Settings(only_when_idle=True)
MAINS = Settings(not_on_battery=True)
BOTH = Settings(only_when_idle=True, not_on_battery=True)


class Told:
    """A computer that is what the test says, and a clock."""

    def __init__(self, *, battery=False, untouched=None, cores=0.0) -> None:
        self.now = 1000.0
        self.battery, self.untouched, self.cores = battery, untouched, cores
        self.looks = 0
        computer = Computer(self._battery, lambda: self.untouched, lambda: self.cores)
        self.spare_time = SpareTime(lambda: computer, lambda: self.now)

    def _battery(self):
        self.looks += 1
        return self.battery

    def waits_for(self, settings, after_s=LOOK_S):
        self.now += after_s
        return self.spare_time.waits_for(settings)


def test_without_a_wish_nothing_is_waited_for_nor_asked():
    told = Told(battery=True, untouched=0.0, cores=9.0)
    assert told.waits_for(Settings()) is None
    assert told.looks == 0


def test_on_battery():
    told = Told(battery=True)
    assert told.waits_for(MAINS) == ON_BATTERY
    assert told.waits_for(Settings()) is None
    told.battery = False
    assert told.waits_for(MAINS) is None


def test_the_computer_is_asked_every_few_seconds_and_at_once_when_the_wishes_change():
    told = Told(battery=True)
    assert told.waits_for(MAINS) == ON_BATTERY
    told.battery = False
    assert told.waits_for(MAINS, LOOK_S / 4) == ON_BATTERY
    assert told.waits_for(BOTH, 0) == NOT_IDLE
    assert told.waits_for(MAINS, 0) is None
    assert told.looks == 3


def test_idle_is_one_that_nobody_touches_whatever_runs_on_it():
    told = Told(untouched=IDLE_AFTER_S - 1, cores=5.0)
    assert told.waits_for(IDLE) == NOT_IDLE
    told.untouched = IDLE_AFTER_S
    assert told.waits_for(IDLE) is None
    told.untouched = 0.1
    assert told.waits_for(IDLE) == NOT_IDLE


def test_where_the_system_does_not_tell_other_programs_must_have_little_to_do_for_a_while():
    told = Told()
    assert told.waits_for(IDLE) == NOT_IDLE
    assert told.waits_for(IDLE, IDLE_AFTER_S - 1) == NOT_IDLE
    assert told.waits_for(IDLE, 1) == NOT_IDLE  # it was asked a moment ago
    assert told.waits_for(IDLE) is None
    told.cores = LITTLE_TO_DO + 0.1
    assert told.waits_for(IDLE) == NOT_IDLE
    told.cores = LITTLE_TO_DO
    assert told.waits_for(IDLE, IDLE_AFTER_S - 1) == NOT_IDLE
    assert told.waits_for(IDLE) is None


def test_what_was_before_the_wish_says_nothing():
    told = Told()
    assert told.waits_for(IDLE) == NOT_IDLE
    assert told.waits_for(Settings()) is None
    assert told.waits_for(IDLE, 2 * IDLE_AFTER_S) == NOT_IDLE


def test_mains_power_is_named_first():
    told = Told(battery=True, untouched=0.0)
    assert told.waits_for(BOTH) == ON_BATTERY
    told.battery = False
    assert told.waits_for(BOTH) == NOT_IDLE


def test_this_computer_answers():
    assert is_on_battery() in {True, False}
    assert untouched_s() is None or untouched_s() >= 0
    assert OtherPrograms().cores_used() >= 0


def test_what_this_program_does_is_not_the_others(monkeypatch):
    from photoorg.indexing import computer_use

    busy, own = iter([100.0, 104.0]), iter([{1: 10.0, 2: 5.0}, {1: 11.0, 3: 2.0}])
    at = iter([50.0, 52.0])
    monkeypatch.setattr(computer_use, "_busy_s", lambda: next(busy))
    monkeypatch.setattr(computer_use, "_own_s", lambda: next(own))
    monkeypatch.setattr(computer_use.time, "monotonic", lambda: next(at))
    assert OtherPrograms().cores_used() == 0.5
