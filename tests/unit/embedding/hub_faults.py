"""What can go wrong with a hub, or on the way to it."""

import threading
from dataclasses import dataclass, field

_PAGE = b"<html>Sign in to the network</html>"
_BLOCK_BYTES = 64 * 1024

# Instead of an answer: status, content and headers; None for no answer at all.
_ANSWERS = {
    "portal": (200, _PAGE, {"Content-Type": "text/html"}),
    "gated": (403, b"", {"X-Error-Code": "GatedRepo"}),
    "private": (401, b"", {}),
    "bad-revision": (404, b"", {"X-Error-Code": "RevisionNotFound"}),
    "missing-file": (404, b"", {"X-Error-Code": "EntryNotFound"}),
    "missing-repository": (404, b"", {"X-Error-Code": "RepoNotFound"}),
    "proxy-login": (407, b"", {"Proxy-Authenticate": "Basic"}),
    "black-hole": None,
}


@dataclass
class Fault:
    """`kind`: a name above, an HTTP status, or one of the ways in which a file's body is spoiled:

    drop (after `after` bytes), stall (likewise), throttle, corrupt (at byte `after`), short (only `after` bytes),
    no-range, wrong-range (another one than was asked for). `then` is another fault that comes after the first one. Answers are given to requests for paths with `on` in them; `times`: how often before all is well.
    """

    kind: str
    on: str = ""
    method: str = ""
    after: int = 0
    times: int = 10**6
    then: "Fault | None" = None
    ended: threading.Event = field(default_factory=threading.Event)
    answer: tuple | None = None
    struck: bool = False

    def strikes(self, method, path):
        """This fault, if it answers such a request."""
        if not (self.kind in _ANSWERS or self.kind.isdigit()) or self.on not in path or self.method not in method:
            return None
        if not self._once_more():
            return None
        self.answer = (int(self.kind), b"", {}) if self.kind.isdigit() else _ANSWERS[self.kind]
        return self

    @property
    def breaks_off(self):
        return self.kind in ("drop", "stall")

    def changed(self, content):
        """What is sent for a file's content."""
        if self.kind == "short":
            return content[: self.after]
        if self.kind == "corrupt" and self._once_more():
            return content[: self.after] + bytes([content[self.after] ^ 1]) + content[self.after + 1 :]
        return content

    def blocks(self, content):
        """The content in blocks, as far as it gets and as fast as it goes."""
        is_cut = self.breaks_off and self._once_more()
        end = min(self.after, len(content)) if is_cut else len(content)
        for start in range(0, end, _BLOCK_BYTES):
            yield content[start : min(start + _BLOCK_BYTES, end)]
            if self.kind == "throttle":
                self.struck = True
                self.ended.wait(0.005)
        if self.kind == "stall" and is_cut:
            self.ended.wait()

    def _once_more(self):
        self.times -= 1
        self.struck |= self.times >= 0
        return self.times >= 0


NO_FAULT = Fault("none")
