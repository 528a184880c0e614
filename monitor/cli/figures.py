"""palmmap indicators, lights, rank, import statistics: the figures of a day."""

import dataclasses
import json
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from monitor.model import IndicatorValue, Reason
from monitor.terms import Colour

if TYPE_CHECKING:
    import pandas as pd

    from monitor.indicators.consequences import Hit
    from monitor.indicators.ranking import Place

AS_OF = click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), required=True, help="截止日，如 2024-10-31。")
BY = click.Choice(["district", "city", "responsible"])
"""keys of queries.figures.GROUPS, which would be slow to load for --help."""
JSON = click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 文档。")


@click.command()
@click.option("--plan", required=True, help="方案，如 changzhi、henan、jiayuguan、yuqing、lanshan。")
@AS_OF
@click.option("--by", type=BY, help="按填报单元、市或责任单位分列。")
@JSON
def indicators(plan: str, as_of: datetime, by: str | None, as_json: bool) -> None:
    """计算一个方案的全部指标。"""
    from monitor.model import NATION, Viewer
    from monitor.queries.figures import unit_names
    from monitor.queries.plan_figures import figures

    engine, viewer = _engine(), Viewer("palmmap", unit_code=NATION)
    names = unit_names(viewer, engine)["full_name"].to_dict()
    values = figures(viewer, as_of.date(), engine, plan, by, projects=False)
    told = [(names.get(unit, unit), value) for unit, held in values.items() for value in held]
    if as_json:
        _print([_value_row(district, value) for district, value in told])
        return
    for district, value in told:
        shown = value.na_reason if value.value is None else f"{value.value:.2f}{value.unit}"
        target = "" if value.target is None else f"（目标{value.target:g}{value.unit}）"
        met = "逾期达到" if value.reached_late else {True: "达标", False: "未达标", None: ""}[value.met]
        click.echo(f"{district}  {value.label}  {shown}{target} {met}".rstrip())


def _value_row(district: str, value: IndicatorValue) -> dict[str, object]:
    fields = ("value", "unit", "numerator", "denominator", "target", "met", "rule")
    return {"key": value.key, "label": value.label, "district": district} | {
        field: getattr(value, field) for field in fields
    }


@click.command()
@AS_OF
@click.option("--preset", help="亮灯预设，如 yinchuan、sanya、tianjin。")
@click.option("--districts", is_flag=True, help="列出区县的灯，不列项目的灯。")
@JSON
def lights(as_of: datetime, preset: str | None, districts: bool, as_json: bool) -> None:
    """列出每个项目（或区县）的灯和亮灯原因。"""
    from monitor.model import NATION, Viewer
    from monitor.queries.district_lights import district_lights
    from monitor.queries.figures import unit_names
    from monitor.queries.situation import situation

    engine, viewer = _engine(), Viewer("palmmap", unit_code=NATION)
    judged = (district_lights if districts else situation)(viewer, as_of.date(), engine, preset)
    if districts:
        judged = judged.assign(unit_code=judged.index)
    else:
        judged = judged.assign(project_id=judged.index)[
            ["project_id", "code", "name", "unit_code", "colour", "reasons"]
        ]
    names = unit_names(viewer, engine)["full_name"].to_dict()
    table = [
        {**row, "district": names.get(row["unit_code"], row["unit_code"]), "reasons": _said(row["reasons"])}
        for row in judged.to_dict("records")
    ]
    if as_json:
        _print(table)
        return
    for row in table:
        colour = Colour.labels()[str(row["colour"])]
        click.echo(f"{colour}  {row['district']}  {row.get('name', '')}  {row['reasons'][0]['text']}")


def _said(reasons: Sequence[Reason]) -> list[dict[str, object]]:
    return [
        {
            "check": reason.check,
            "colour": reason.colour.value,
            "text": reason.text,
            "value": reason.value,
            "threshold": reason.threshold,
            "rule": reason.rule,
            "clause": reason.reference.clause if reason.reference else None,
        }
        for reason in reasons
    ]


@click.command()
@AS_OF
@click.option("--plan", help="按该方案的排名规则和范围；缺省按亮诺践诺排全部填报单元。")
@click.option("--by", type=BY, help="按填报单元、市或责任单位排名；缺省按排名规则。")
@JSON
def rank(as_of: datetime, plan: str | None, by: str | None, as_json: bool) -> None:
    """给区县、开发区和市直排名，列出承诺数、兑现数和排名方法。"""
    from monitor import rules
    from monitor.indicators.consequences import hits
    from monitor.indicators.ranking import method_words
    from monitor.model import NATION, Viewer
    from monitor.queries.figures import unit_names
    from monitor.queries.ranking import ranking

    engine, viewer = _engine(), Viewer("palmmap", unit_code=NATION)
    rule, places = ranking(viewer, as_of.date(), engine, plan, by)
    units = unit_names(viewer, engine)
    kinds = {str(code): str(kind) for code, kind in units["kind"].items()}
    found = hits(rules.pack(rule.plan) if plan else (), places, kinds, as_of.date())
    table = [_place_row(place, units, [hit for hit in found if hit.unit == place.unit]) for place in places]
    method = method_words(rule, {other.key: other.label for other in rules.pack(rule.plan)})
    if as_json:
        _print({"as_of": as_of.date().isoformat(), "rule": rule.name, "method": method, "ranking": table})
        return
    click.echo(f"排名方法：{method}")
    for row in table:
        shown = "—" if row["place"] is None else f"第{row['place']}名"
        score = "不能计算" if row["score"] is None else f"{row['score']}分"
        click.echo(f"{shown}  {row['district']}  {score}  {row['consequence'] or ''}".rstrip())


def _place_row(place: "Place", units: "pd.DataFrame", reached: Sequence["Hit"]) -> dict[str, Any]:
    return {
        "place": place.place,
        "unit_code": place.unit,
        "district": units["full_name"].get(place.unit, place.unit),
        "kind": units["kind"].get(place.unit),
        "score": place.score,
        "parts": [
            {
                "key": part.key,
                "label": part.label,
                "promised": part.denominator,
                "delivered": part.numerator,
                "value": part.value,
                "unit": part.unit,
                "note": part.na_reason,
            }
            for part in place.parts
        ],
        "missing": list(place.missing),
        "consequence": "、".join(hit.rule.label for hit in reached) or None,
        "because": list(dict.fromkeys(hit.reason for hit in reached)),
    }


@click.command()
@click.option("--plan", required=True, help="方案，如 jiayuguan、yuqing。")
@AS_OF
@click.option("--unit", help="只列该单位牵头或负责的任务。")
@JSON
def tasks(plan: str, as_of: datetime, unit: str | None, as_json: bool) -> None:
    """列出方案的任务表：牵头单位、责任单位、完成时限和状态。"""
    from monitor import rules
    from monitor.workflow.tasks import register

    table = [
        {**dataclasses.asdict(task), "state": task.state.value, "state_label": task.state.label}
        for task in register(rules.pack(plan), as_of.date(), unit)
    ]
    if as_json:
        _print(table)
        return
    for row in table:
        due = row["due_on"] or row["cadence"]
        click.echo(f"{row['label']}  {'、'.join(row['lead']) or '未明确牵头单位'}  {due}  {row['state_label']}")


@click.command("statistics")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_statistics(file: Path) -> None:
    """导入统计数据(CSV:unit_code,key,year,month,value,source)。"""
    from monitor.services import statistics

    click.echo(f"已录入 {statistics.enter_file(file, 'palmmap import', _engine())} 个统计数据。", err=True)


def _engine() -> Any:
    from monitor import store

    engine = store.engine()
    store.require_initialised(engine)
    return engine


def _print(document: object) -> None:
    click.echo(json.dumps(document, ensure_ascii=False, indent=1, default=_plain))


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else str(value)
