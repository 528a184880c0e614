"""启动服务 palmmap serve: everything in one process."""

import click


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="监听地址；0.0.0.0 对内网开放。")
@click.option("--port", default=8501, show_default=True, type=click.IntRange(0, 65535), help="端口；0 为任一空闲端口。")
def serve(host: str, port: int) -> None:
    """启动掌上地图服务，能访问时打印网址。"""
    from monitor.web import server

    server.serve(host, port, lambda address: click.echo(f"掌上地图已启动：{address}"))
