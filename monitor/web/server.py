"""一个进程 one ASGI application: Streamlit, our data, our assets and the health route.

Everything that the browser needs comes from this one address.
"""

import errno
import gc
import socket
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import streamlit as st
import uvicorn
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from streamlit.runtime.pages_manager import PagesManager

from monitor import store
from monitor.errors import Refusal
from monitor.messages import explain
from monitor.model import Viewer
from monitor.settings import ROOT
from monitor.web import assets, data, imagery, inspection_sheet, notices, palm_map
from monitor.web.access import LOCAL, viewer_of
from monitor.web.shell import Shell

GRACE_S = 5
"""停机宽限 seconds that open connections get when the server is told to stop."""


def create_app(script: Path = ROOT / "app.py", viewer_of: data.ViewerOf = viewer_of) -> st.App:
    """创建应用 the one application.

    Parameters
    ----------
    script : Path
        Streamlit's frame.
    viewer_of : callable
        Tells the viewer of a request.
    """
    PagesManager.uses_pages_directory = False  # else the first visit to a fresh server by deep link finds no page
    routes = [
        Route("/palmmap/health", health),
        *assets.routes(),
        *data.routes(viewer_of),
        *palm_map.routes(viewer_of),
        *imagery.routes(viewer_of),
        *inspection_sheet.routes(viewer_of),
        *notices.routes(viewer_of),
    ]
    return st.App(script, routes=routes, middleware=[Middleware(Shell)])


def health(_request: Request) -> Response:
    """健康检查 200 where the store answers and is initialised, else 503 with the sentence."""
    try:
        store.require_initialised(store.engine())
    except Refusal as refusal:
        return JSONResponse({"status": "unavailable", "message": explain(refusal)}, 503)
    return JSONResponse({"status": "ok"})


class Server(uvicorn.Server):
    """服务 a server that says when it answers."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self.ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """启动 open the port, then say so."""
        await super().startup(sockets)
        if self.started:
            self.ready()


def listen(host: str, port: int) -> socket.socket:
    """监听 bound socket; port 0 takes a free one.

    Raises
    ------
    Refusal
        ``serve.port_taken`` or ``serve.host_unusable``.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OSError as error:
        bound.close()
        code = "serve.port_taken" if error.errno == errno.EADDRINUSE else "serve.host_unusable"
        raise Refusal(code, host=host, port=port) from error
    return bound


def serve(host: str, port: int, say: Callable[[str], None], warm: Callable[[Viewer], None] = data.warm) -> None:
    """提供服务 serve until told to stop; ``say`` gets the address once it answers, and ``warm`` runs beside it then.

    Raises
    ------
    Refusal
        ``serve.port_taken``, ``serve.host_unusable``, or what keeps the store from being used.
    """
    store.require_initialised(store.engine())
    bound = listen(host, port)
    shown = f"[{host}]" if ":" in host else host
    config = uvicorn.Config(
        create_app(),
        ws="websockets-sansio",
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=GRACE_S,
    )
    with bound:
        Server(config, lambda: _answering(say, warm, f"http://{shown}:{bound.getsockname()[1]}")).run([bound])


def set_aside() -> None:
    """留存 set aside what will live as long as the service: Streamlit looks through all else after every run of a page.

    With a store of some size that look took a third of a second, in which nobody was served.
    """
    gc.collect()
    gc.freeze()


def _answering(say: Callable[[str], None], warm: Callable[[Viewer], None], address: str) -> None:
    """Say the address, then make beside the service what the first visitor will ask for."""
    say(address)
    set_aside()
    Thread(target=warm, args=(LOCAL,), daemon=True).start()
