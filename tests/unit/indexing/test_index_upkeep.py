"""The index is caught up in the gaps, for one model at a time."""

from dataclasses import dataclass, field

from photoorg.indexing import index_upkeep
from photoorg.indexing.index_upkeep import IndexUpkeep


@dataclass
class Tools:
    """What upkeep looks at of the tools of indexing."""

    model: str | None = "a model"
    catalog: None = None
    index_dir: None = None


@dataclass
class Cache:
    """Stands for the index of one model: notes what is done to it."""

    done: list[str] = field(default_factory=list)

    def is_large(self):
        return False

    def catch_up(self, _threads):
        try:
            for part in "abc":
                self.done.append(part)
                yield
        finally:
            self.done.append("saved")


def upkeep_of(monkeypatch, *caches):
    waiting = list(caches)
    monkeypatch.setattr(index_upkeep, "IndexCache", lambda *_: waiting.pop(0))
    return IndexUpkeep()


def go_on(upkeep, times):
    for _ in range(times):
        upkeep.go_on()


def test_a_part_at_a_time_and_saved_at_the_end(monkeypatch):
    cache, tools = Cache(), Tools()
    upkeep = upkeep_of(monkeypatch, cache)
    upkeep.begin(tools, lambda _: True)
    upkeep.begin(tools, lambda _: True)  # under way already
    go_on(upkeep, 2)
    assert cache.done == ["a", "b"]
    go_on(upkeep, 5)
    assert cache.done == ["a", "b", "c", "saved"]


def test_nothing_is_due_or_there_is_no_model(monkeypatch):
    cache = Cache()
    upkeep = upkeep_of(monkeypatch, cache)
    upkeep.begin(Tools(), lambda _: False)
    upkeep.begin(Tools(model=None), lambda _: True)
    go_on(upkeep, 3)
    upkeep.stop()
    assert cache.done == []


def test_another_model_ends_what_was_begun(monkeypatch):
    old, new = Cache(), Cache()
    upkeep = upkeep_of(monkeypatch, old, new)
    upkeep.begin(Tools(), lambda _: True)
    upkeep.go_on()
    upkeep.begin(Tools(), lambda _: True)
    go_on(upkeep, 2)
    assert (old.done, new.done) == (["a", "saved"], ["a", "b"])


def test_stopping_saves(monkeypatch):
    cache = Cache()
    upkeep = upkeep_of(monkeypatch, cache)
    upkeep.begin(Tools(), lambda _: True)
    upkeep.go_on()
    upkeep.stop()
    upkeep.stop()
    go_on(upkeep, 2)
    assert cache.done == ["a", "saved"]
