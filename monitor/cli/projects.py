"""palmmap import projects, palmmap export."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, NoReturn

import click

from monitor import store
from monitor.messages import sentence
from monitor.model import ImportResult, RowProblem, Viewer
from monitor.terms import Channel, Role

ACTOR = "命令行"
CHANGES_SHOWN = 20


@click.command("projects")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--datum", type=click.Choice(["auto", "cgcs2000", "wgs84", "gcj02", "bd09"]), default="auto", help="坐标基准。"
)
@click.option("--map", "mapping", type=click.Path(path_type=Path), help="字段对应文件(YAML)：外来字段名: 表头。")
@click.option("--year", type=click.IntRange(1990, 2099), help="没有写明年度的行按哪一年。")
@click.option("--list", "list_key", help="所有行都列入的项目清单。")
@click.option("--unit", "unit_code", help="本表所属市（省）的区划代码，用来判断“市直”“城区”等。")
@click.option("--recorded-on", type=click.DateTime(["%Y-%m-%d"]), help="表中内容从哪一天起视为已知（补录历史数据）。")
@click.option("--rejected", type=click.Path(path_type=Path), help="未导入的行写到哪个文件。")
@click.option("--dry-run", is_flag=True, help="只说明会改变什么，不写入。")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出结果。")
def import_projects(  # noqa: PLR0917  (an option each)
    file: Path,
    datum: Any,
    mapping: Path | None,
    year: int | None,
    list_key: str | None,
    unit_code: str | None,
    recorded_on: datetime | None,
    rejected: Path | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """导入项目清单：xlsx、csv、GeoJSON、GeoPackage、OC4IDS JSON。"""
    from monitor.exchange.mapping import read_mapping
    from monitor.services import imports

    options = imports.Options(
        datum=datum,
        mapping=read_mapping(mapping) if mapping else {},
        year=year,
        list_key=list_key,
        unit_code=unit_code,
        recorded_on=recorded_on.date() if recorded_on else None,
        dry_run=dry_run,
        rejected_file=rejected,
    )
    result = imports.import_projects(Viewer(ACTOR, Role.OPERATOR), file, store.engine(), options, _track)
    tell(result, as_json)


def _track(rows: Sequence[Any], what: str) -> Iterable[Any]:
    from tqdm import tqdm

    return tqdm(rows, desc=what, unit="行", leave=False, disable=None)


def tell(result: ImportResult, as_json: bool) -> NoReturn:
    """说明导入结果 print what an import did, and end the command: status 1 where rows were not taken."""
    click.echo(json.dumps(as_document(result), ensure_ascii=False) if as_json else "\n".join(as_lines(result)))
    raise SystemExit(1 if result.rejected else 0)


def as_document(result: ImportResult) -> dict[str, Any]:
    """导入结果 JSON document of a result (the command-line contract)."""
    return {
        "rows": result.rows,
        "accepted": result.accepted,
        "rejected": [_problem(problem) for problem in result.rejected],
        "warnings": [_problem(problem) for problem in result.warnings],
        "created": result.created,
        "updated": result.updated,
        "unchanged": result.unchanged,
        "rejected_file": result.rejected_file,
        "changes": list(result.changes),
        "dry_run": result.dry_run,
    }


def _problem(problem: RowProblem) -> dict[str, Any]:
    message = sentence(problem.code, **problem.params)
    return {"row": problem.row, "column": problem.column, "code": problem.code, "message": message}


def as_lines(result: ImportResult) -> Iterator[str]:
    """导入结果说明 lines that tell a person what an import did."""
    for title, problems in (("未导入", result.rejected), ("提示", result.warnings)):
        for problem in problems:
            where = f"第 {problem.row} 行" if problem.row else ""
            where += f" {problem.column} 列" if problem.column else ""
            yield f"{title}：{where.strip() or '全表'}：{sentence(problem.code, **problem.params)}"
    if result.dry_run:
        yield from result.changes[:CHANGES_SHOWN]
        if len(result.changes) > CHANGES_SHOWN:
            yield f"……共 {len(result.changes)} 处，用 --json 可看全部。"
    verb = "将导入" if result.dry_run else "已导入"
    refused = result.rows - result.accepted
    yield (
        f"共 {result.rows} 行，{verb} {result.accepted} 行（新增 {result.created}，修改 {result.updated}，"
        f"不变 {result.unchanged}），未导入 {refused} 行。"
    )
    if result.rejected_file:
        yield f"未导入的行已写入 {result.rejected_file}，改正后可再次导入。"


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="截止日期，缺省为最近有数据的一天。")
@click.option(
    "--channel", type=click.Choice(["platform", "offline"]), help="只导出线上(platform)或线下(offline)调度的项目。"
)
@click.option("--items", "as_items", is_flag=True, help="导出清单台账(xlsx)：项目、手续、节点、问题措施。")
@click.option("--template", is_flag=True, help="导出空白导入模板(xlsx)。")
def export(file: Path, as_of: datetime | None, channel: str | None, as_items: bool, template: bool) -> None:
    """导出项目：xlsx、gpkg、kml、json(OC4IDS)。"""
    from monitor.services import exports

    if template:
        exports.write_template(file)
        click.echo(f"模板已写入 {file}")
        return
    day: date | None = as_of.date() if as_of else None
    if as_items:
        from monitor.services.item_export import export_items

        count = export_items(Viewer(ACTOR), file, store.engine(), day)
        click.echo(f"已导出 {count} 个清单事项到 {file}")
        return
    count = exports.export_projects(Viewer(ACTOR), file, store.engine(), day, Channel.of_label(channel or ""))
    click.echo(f"已导出 {count} 个项目到 {file}")
