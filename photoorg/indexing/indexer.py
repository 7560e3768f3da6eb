"""The indexer: of several programs on one library, one at a time runs index jobs; the others ask it or wait."""

import logging
from collections.abc import Callable, Sequence
from typing import Any

from photoorg.catalog.records import Request, WatchFolder
from photoorg.errors import Cancelled, PhotoorgError
from photoorg.indexing.daily_upkeep import DailyUpkeep
from photoorg.indexing.index_job import IndexJob, IndexTools
from photoorg.indexing.report import IndexReport
from photoorg.jobs.job import JobContext

INDEX_REQUEST = "index"
WAITING = "Waiting for another photoorg that indexes this library"
_POLL_S = 0.5
_ERROR = "error"

Index = Callable[[Sequence[WatchFolder] | None], IndexReport]

logger = logging.getLogger(__name__)


class IndexWhenFree:
    """Indexes as soon as the lease is free, or takes the result of the program that held it. A job."""

    name = "index"

    def __init__(self, tools: IndexTools, folders: Sequence[WatchFolder] | None) -> None:
        self._tools = tools
        self._folders = folders

    def run(self, ctx: JobContext) -> IndexReport:
        """Index. Raises what IndexJob raises."""
        if self._tools.catalog.lease.take():
            return self._run_with_lease(ctx)
        return self._ask_holder(ctx)

    def _ask_holder(self, ctx: JobContext) -> IndexReport:
        catalog = self._tools.catalog
        ids = None if self._folders is None else [folder.id for folder in self._folders]
        request_id = catalog.requests.leave(INDEX_REQUEST, {"folders": ids, "model": _reference(self._tools)})
        try:
            while not catalog.lease.take(_POLL_S):
                ctx.check_cancelled()
                ctx.progress(0, 0, WAITING)
                if (answer := catalog.requests.result(request_id)) is not None:
                    return _report_of(answer)
            # The holder may have answered just before it gave the lease back; a rescan costs little.
        finally:
            catalog.requests.drop(request_id)
        return self._run_with_lease(ctx)

    def _run_with_lease(self, ctx: JobContext) -> IndexReport:
        try:
            upkeep = DailyUpkeep(self._tools.catalog, self._tools.shelf, stop=ctx.check_cancelled)
            upkeep.tidy()
            report = IndexJob(self._tools, self._folders).run(ctx)
            upkeep.back_up()
            serve(self._tools, lambda folders: IndexJob(self._tools, folders).run(ctx))
            return report
        finally:
            self._tools.catalog.lease.release()


def serve(tools: IndexTools, index: Index, *, of_any_model: bool = False) -> None:
    """Answer what other programs asked meanwhile, with a report or an error.

    A request for another model waits for its own program, unless `of_any_model`: the lease will not be free for long.
    """
    for request in tools.catalog.requests.open():
        if request.kind == INDEX_REQUEST and (of_any_model or request.params["model"] == _reference(tools)):
            tools.catalog.requests.finish(request.id, _answer(request, tools, index))


def _answer(request: Request, tools: IndexTools, index: Index) -> dict[str, Any]:
    try:
        return index(_folders_of(request, tools)).to_dict()
    except Cancelled:
        raise
    except PhotoorgError as error:
        logger.info("a request of another program failed: %s", error)
        return {_ERROR: error.code, "params": error.params}


def _report_of(answer: dict[str, Any]) -> IndexReport:
    if _ERROR in answer:
        raise PhotoorgError.from_code(answer[_ERROR], answer["params"])
    return IndexReport.from_dict(answer)


def _folders_of(request: Request, tools: IndexTools) -> list[WatchFolder] | None:
    wanted = request.params["folders"]
    return None if wanted is None else [folder for folder in tools.catalog.folders.all() if folder.id in wanted]


def _reference(tools: IndexTools) -> str | None:
    return tools.model.reference if tools.model else None
