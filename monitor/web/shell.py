"""外壳 Streamlit's page as we hand it out: in Chinese, with our style, and what it needs named ahead."""

import gzip
import re
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs

import streamlit
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from monitor.web import assets, menu, palm_map

NAMED_BY_CONTENT = re.compile(r"/component/.+\.[0-9a-f]{8}\.(js|css)$")
"""按内容命名 files of components whose name changes with their content, which Streamlit has fetched at each visit."""

PARTS = ("Html", "ComponentInstance")
"""常用部件 parts of Streamlit's page that the map needs, which the page would ask for one after the other."""

FONT = re.compile(r'<link\s+rel="preload"[^>]+as="font"[^>]+>')
"""预取字体 Streamlit's own font, which it has fetched at each visit; our theme names Chinese ones."""

STREAMLIT = re.compile(r'<script type="module".*?</script>(?:\s*<link rel="modulepreload"[^>]*>)*', re.DOTALL)
"""Streamlit 脚本 what Streamlit's page consists of."""

FALLBACK = re.compile(r"<noscript>.*?</noscript>", re.DOTALL)
"""无脚本提示 what a browser that runs no scripts shows."""

NO_SCRIPTS = '<noscript><p class="palmmap-missing">本系统需要浏览器允许运行脚本，请联系系统管理员。</p></noscript>'

MISSING = """<main class="palmmap-missing"><h1>没有这个页面</h1>
<p>网址可能写错，或页面已经改名。请从上方菜单进入，或<a href="/">返回掌上地图</a>。</p></main>"""

WAITING = "palmmap-streamlit"
"""候载模板 where Streamlit waits until the map is drawn (ahead.js)."""

OTHERS = ("/component/", "/palmmap/")
"""其他页面 HTML that is not Streamlit's page."""

NAME = "掌上地图"


class Shell:
    """外壳中间件 adds our own to Streamlit's page, and lets the browser keep what never changes.

    Parameters
    ----------
    app : ASGIApp
        Streamlit with our own routes.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; its answer gets headers, and the page our own head and foot."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        kept = NAMED_BY_CONTENT.search(scope["path"]) is not None
        page: list[Message] = []  # the start of the page's answer, held back until its length is known

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if kept and message["status"] == 200:
                    headers["Cache-Control"] = "public, max-age=31536000, immutable"
                if _is_page(scope, message, headers):
                    page.append(message)
                    return
            if page and message["type"] == "http.response.body":
                page.append(message)
                if message.get("more_body"):
                    return
                headers = MutableHeaders(scope=page[0])
                body = b"".join(part["body"] for part in page[1:])
                body = dressed(gzip.decompress(body) if headers.get("content-encoding") == "gzip" else body, scope)
                page[0]["status"] = 200 if is_known(scope) else 404
                headers["Content-Length"] = str(len(body))
                for name in ("Content-Encoding", "ETag", "Last-Modified"):  # of the page without our own
                    del headers[name]
                await send(page[0])
                message = {"type": "http.response.body", "body": body}
            await send(message)

        await self.app(scope, receive, answer)


def _is_page(scope: Scope, start: Message, headers: MutableHeaders) -> bool:
    """Whether this is Streamlit's page itself, whole."""
    html = headers.get("content-type", "").startswith("text/html")
    return html and start["status"] == 200 and scope["method"] == "GET" and not scope["path"].startswith(OTHERS)


def dressed(page: bytes, scope: Scope) -> bytes:
    """加壳 Streamlit's page in our language, with our name, words for its widgets, menu and style.

    The first page of the menu carries the map, and Streamlit itself waits in a template until that is drawn.

    Parameters
    ----------
    page : bytes
        HTML as Streamlit has it, UTF-8.
    scope : Scope
        What was asked for.
    """
    own, ahead = rf"\g<0>{parts()}", ""
    if not is_known(scope):
        own, ahead = "", MISSING
    elif scope["path"] == "/":
        asked = parse_qs(scope["query_string"].decode("latin-1"))
        ahead = palm_map.frame(asked.get("as_of", [""])[0])
        own = f'<template id="{WAITING}">{own}</template>'
    text = STREAMLIT.sub(own, FALLBACK.sub(NO_SCRIPTS, FONT.sub("", page.decode())))
    script = f'<head><script defer src="{assets.address("frame.js")}"></script>'
    style = f'<link rel="stylesheet" href="{assets.address("frame.css")}"></body>'
    for old, new in (
        ('<html lang="en">', '<html lang="zh-CN">'),
        ("<title>Streamlit</title>", f"<title>{NAME}</title>"),
        ("./favicon.png", assets.address("icon.svg")),
        ("<head>", script),
        ("<body>", f"<body>{menu.bar()}{ahead}"),
        ("</body>", style),
    ):
        text = text.replace(old, new, 1)
    return text.encode()


def is_known(scope: Scope) -> bool:
    """是否有此页面 whether the menu has the page that was asked for."""
    return scope["path"].strip("/") in {"", *(page.address for page in menu.MENU[1:])}


@cache
def parts() -> str:
    """预取清单 links, as HTML, to the parts of Streamlit that the map needs and the files they stand on."""
    folder = Path(streamlit.__file__).parent / "static" / "static" / "js"
    own = [path for part in PARTS for path in sorted(folder.glob(f"{part}.*.js"))]
    known = (folder.parents[1] / "index.html").read_text(encoding="utf-8")
    used = {name for path in own for name in re.findall(r'from"\./([\w.-]+\.js)"', path.read_text(encoding="utf-8"))}
    names = [path.name for path in own] + sorted(name for name in used if name not in known)
    return "".join(f'<link rel="modulepreload" crossorigin href="./static/js/{name}">' for name in names)
