"""palmmap import reports."""

from datetime import datetime
from pathlib import Path

import click

from monitor import store
from monitor.cli.projects import ACTOR, tell
from monitor.model import Viewer
from monitor.terms import Role


@click.command("reports")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--rejected", type=click.Path(path_type=Path), help="未导入的行写到哪个文件。")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="示例项目按哪一天填报（演示用），正式项目一律按今天。")
@click.option("--dry-run", is_flag=True, help="只说明会改变什么，不写入。")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出结果。")
def import_reports(file: Path, rejected: Path | None, on: datetime | None, dry_run: bool, as_json: bool) -> None:
    """导入月度填报表（在“调度填报”页下载）：xlsx。"""
    from monitor.services import report_import

    result = report_import.import_reports(
        Viewer(ACTOR, Role.OPERATOR),
        file,
        ACTOR,
        store.engine(),
        dry_run=dry_run,
        on=on.date() if on else None,
        rejected_file=rejected,
    )
    tell(result, as_json)
