"""页面提速 what a browser may keep and fetch ahead, said in headers beside Streamlit's own answers."""

import re
from functools import cache
from pathlib import Path

import streamlit
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

NAMED_BY_CONTENT = re.compile(r"/component/.+\.[0-9a-f]{8}\.(js|css)$")
"""按内容命名 files of components whose name changes with their content, which Streamlit has fetched at each visit."""

PARTS = ("Html", "ComponentInstance")
"""常用部件 parts of Streamlit's page that the map needs, which the page would ask for one after the other."""


class Hastening:
    """提速中间件 lets the browser keep what never changes, and names what a page will need.

    Parameters
    ----------
    app : ASGIApp
        Streamlit with our own routes.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and add headers to its answer."""
        kept = scope["type"] == "http" and NAMED_BY_CONTENT.search(scope["path"])

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 200:
                headers = MutableHeaders(scope=message)
                if kept:
                    headers["Cache-Control"] = "public, max-age=31536000, immutable"
                if headers.get("content-type", "").startswith("text/html") and "/component/" not in scope["path"]:
                    headers["Link"] = links()
            await send(message)

        await self.app(scope, receive, answer if scope["type"] == "http" else send)


@cache
def links() -> str:
    """预取清单 the Link header that names Streamlit's parts and the files they stand on."""
    folder = Path(streamlit.__file__).parent / "static" / "static" / "js"
    names = [path.name for part in PARTS for path in sorted(folder.glob(f"{part}.*.js"))]
    return ", ".join(f"</static/js/{name}>; rel=modulepreload" for name in names)
