"""macOS: watchdog's emitter, which drops what FSEvents says about lost events, made to hand it on. Imported there only."""

from watchdog.observers.fsevents import FSEventsEmitter, FSEventsObserver

from photoorg.indexing.lost_events import EventsLostEvent, is_lost_on_mac


class LossTellingFSEventsEmitter(FSEventsEmitter):
    """Queues an EventsLostEvent where FSEvents left events out."""

    def events_callback(self, paths: list[bytes], inodes: list[int], flags: list[int], ids: list[int]) -> None:
        """What FSEvents calls, with a list of each fact of the events."""
        if any(map(is_lost_on_mac, flags)):
            self.queue_event(EventsLostEvent(self.watch.path))
        super().events_callback(paths, inodes, flags, ids)


class LossTellingFSEventsObserver(FSEventsObserver):
    """watchdog's observer, with that emitter."""

    def __init__(self) -> None:
        super().__init__()
        self._emitter_class = LossTellingFSEventsEmitter
