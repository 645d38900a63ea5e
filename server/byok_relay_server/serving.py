"""Serves the relay with uvicorn."""

import logging
import socket
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

import uvicorn
from uvicorn.supervisors import Multiprocess

from .app import App
from .asgi import create
from .log import say
from .protocol import Protocol

if TYPE_CHECKING:
    from .metrics_server import MetricsServer

KEEP_ALIVE_SECONDS = 75  # an idle connection; longer than proxies in front keep theirs, so that they close first
BACKLOG = 2048


def listener(host: str, port: int) -> socket.socket:
    """A socket that listens there. Raises OSError. Port 0 is any free one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=BACKLOG)


def serve(listening: socket.socket, workers: int, shutdown_seconds: int, metrics: "MetricsServer | None" = None) -> None:
    """Answers until SIGINT or SIGTERM, and then until the open answers are over or `shutdown_seconds` have passed."""
    _allow_many_connections()
    uvicorn_config = config(workers, shutdown_seconds, metered=metrics is not None)
    if metrics:
        metrics.start()
    with suppress(KeyboardInterrupt):
        if workers == 1:
            uvicorn.Server(uvicorn_config).run([listening])
        else:
            Workers(uvicorn_config, [listening], metrics).run()


class Workers(Multiprocess):
    def __init__(self, config: uvicorn.Config, sockets: list[socket.socket], metrics: "MetricsServer | None") -> None:
        super().__init__(config, sockets)
        self._metrics = metrics

    def keep_subprocess_alive(self) -> None:
        before = [*self.processes]
        super().keep_subprocess_alive()
        for process in before:
            if process not in self.processes and process.pid:
                code = process.exitcode  # -9: it was killed, as for want of memory
                say(f"byok-relay: a worker has ended with exit code {code}, and another one takes its place")
                if self._metrics:
                    self._metrics.forget(process.pid)

    def terminate_all(self) -> None:
        for listening in self.sockets:
            listening.close()  # otherwise clients would connect, and wait for nobody
        super().terminate_all()


def config(workers: int, shutdown_seconds: int, *, metered: bool = False) -> uvicorn.Config:
    return uvicorn.Config(
        partial(_create, metered),
        factory=True,
        http=Protocol,
        ws="none",
        lifespan="on",
        workers=workers,
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=shutdown_seconds,
        backlog=BACKLOG,
    )


def _create(metered: bool) -> App:
    logging.disable()  # in every worker: libraries log what they were sent; the relay prints its own lines
    return create(metered)


def _allow_many_connections() -> None:
    """Each stream takes two file descriptors, and the limit is often 1024. It may be raised as far as the system allows."""
    try:
        import resource  # not on Windows
    except ImportError:
        return
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):  # macOS says unlimited, and means less
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
