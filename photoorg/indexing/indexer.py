"""The indexer: of several programs on one library, one at a time runs index jobs; the others ask it or wait."""

import logging
from collections.abc import Sequence

from photoorg.catalog.records import Request, WatchFolder
from photoorg.errors import Cancelled, PhotoorgError
from photoorg.indexing.index_job import IndexJob, IndexTools
from photoorg.indexing.report import IndexReport
from photoorg.jobs.job import JobContext

INDEX_REQUEST = "index"
_POLL_S = 0.5

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
                ctx.progress(0, 0, "Waiting for another photoorg that indexes this library")
                if (answer := catalog.requests.result(request_id)) is not None:
                    return IndexReport.from_dict(answer)
            # The holder may have answered just before it gave the lease back; a rescan costs little.
        finally:
            catalog.requests.drop(request_id)
        return self._run_with_lease(ctx)

    def _run_with_lease(self, ctx: JobContext) -> IndexReport:
        try:
            report = IndexJob(self._tools, self._folders).run(ctx)
            _serve(ctx, self._tools)
            return report
        finally:
            self._tools.catalog.lease.release()


def _serve(ctx: JobContext, tools: IndexTools) -> None:
    """Answer what other programs asked meanwhile; a request for another model waits for its own program."""
    for request in tools.catalog.requests.open():
        if request.kind == INDEX_REQUEST and request.params["model"] == _reference(tools):
            try:
                report = IndexJob(tools, _folders_of(request, tools)).run(ctx)
            except Cancelled:
                raise
            except PhotoorgError as error:  # its own program meets the same error when it gets the lease
                logger.info("a request of another program failed: %s", error)
                tools.catalog.requests.drop(request.id)
                continue
            tools.catalog.requests.finish(request.id, report.to_dict())


def _folders_of(request: Request, tools: IndexTools) -> list[WatchFolder] | None:
    wanted = request.params["folders"]
    return None if wanted is None else [folder for folder in tools.catalog.folders.all() if folder.id in wanted]


def _reference(tools: IndexTools) -> str | None:
    return tools.model.reference if tools.model else None
