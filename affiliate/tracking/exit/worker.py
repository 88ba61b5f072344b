"""Gunicorn's threaded worker, with clicks that hold no thread while they wait to be stored.

A thread for each waiting click costs more than all the rest: when a transaction is done, all of them wake at once and
fight for the interpreter. Here a thread hands its click to the writer and takes the next request; the writer answers
a whole batch when it is stored. Any other server runs the same application, only slower.
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Future
from functools import partial
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

from affiliate.tracking.exit.clicks import Written
from affiliate.tracking.exit.front import Environ, Front, StartResponse, Suspended


class ExitWorker(ThreadWorker):  # type: ignore[misc]
    """Written against gunicorn 27: `enqueue_req`, `finish_request`, and that no handler catches a BaseException."""

    wsgi: Any

    def load_wsgi(self) -> None:
        """Let the exit suspend its answers; any other application is served as ever."""
        super().load_wsgi()
        if isinstance(self.wsgi, Front):
            self.wsgi = partial(_begin, self.wsgi)

    def enqueue_req(self, conn: Any) -> None:
        """Submit a connection to the pool of threads."""
        self.tpool.submit(self.handle, conn).add_done_callback(partial(self._handled, conn))

    def _handled(self, conn: Any, future: Future[Any]) -> None:
        """In the pool's thread: either the request is done, or its click is to be stored first."""
        error = None if future.cancelled() else future.exception()
        if isinstance(error, Suspended):
            error.writer.submit(error.click, partial(self._answer, conn, error))
        else:
            self.method_queue.defer(self.finish_request, conn, future)

    def _answer(self, conn: Any, suspended: Suspended, written: Written | None) -> None:
        """In the writer's thread: send the redirect. A client that does not take a few hundred bytes is let go."""
        done: Future[bool] = Future()
        try:
            conn.sock.setblocking(False)
            response = suspended.start_response.__self__  # type: ignore[attr-defined]
            for part in suspended.finish(written):
                response.write(part)
            response.close()
            done.set_result(not response.should_close())
        except Exception:  # noqa: BLE001  the connection is gone; the click stands
            done.set_result(False)
        self.method_queue.defer(self.finish_request, conn, done)


def _begin(front: Front, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """A request with a body goes the plain way, because the body must be read before the next request; so do the
    streams of HTTP/2, which share a connection.
    """
    has_body = environ.get("CONTENT_LENGTH", "0") != "0" or "HTTP_TRANSFER_ENCODING" in environ
    if has_body or not environ["SERVER_PROTOCOL"].startswith("HTTP/1."):
        return front(environ, start_response)
    return front.begin(environ, start_response)
