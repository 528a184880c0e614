"""palmmap import items: the workbook of procedures, nodes, problems and measures, filled in."""

from datetime import datetime
from pathlib import Path

import click

from monitor import store
from monitor.cli.projects import ACTOR, tell
from monitor.model import Viewer
from monitor.terms import Role


@click.command("items")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--rejected", type=click.Path(path_type=Path), help="未导入的行写到哪个文件。")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="示例项目按哪一天登记（演示用），正式项目一律按今天。")
@click.option("--dry-run", is_flag=True, help="只说明会改变什么，不写入。")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出结果。")
def import_items(file: Path, rejected: Path | None, on: datetime | None, dry_run: bool, as_json: bool) -> None:
    """导入清单台账（palmmap export --items 或“项目库”的清单台账导出）：xlsx。"""
    from monitor.services import item_import

    store.require_initialised(store.engine())
    day = on.date() if on else None
    viewer = Viewer(ACTOR, Role.OPERATOR)
    result = item_import.import_items(viewer, file, store.engine(), dry_run=dry_run, on=day, rejected_file=rejected)
    tell(result, as_json)
