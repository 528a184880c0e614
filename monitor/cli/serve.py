"""启动服务 palmmap serve: everything in one process."""

import time

import click

from monitor.model import Viewer

MAP_FIRST_S = 10
"""Seconds that the first visitors have the machine to themselves."""


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="监听地址；0.0.0.0 对内网开放。")
@click.option("--port", default=8501, show_default=True, type=click.IntRange(0, 65535), help="端口；0 为任一空闲端口。")
def serve(host: str, port: int) -> None:
    """启动掌上地图服务，能访问时打印网址。"""
    from monitor.web import server

    server.serve(host, port, lambda address: click.echo(f"掌上地图已启动：{address}"), _warm)


def _warm(viewer: Viewer) -> None:
    """Make what the first visitors will ask for: the map at once, the ranking when their maps have been drawn."""
    from monitor.web import data, server

    data.warm(viewer)
    server.set_aside()
    time.sleep(MAP_FIRST_S)
    from monitor.ui import warming

    warming.comparison(viewer)
    server.set_aside()
