"""palmmap inspect: what images show of a site, against its report."""

import json
import tempfile
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import click

from geo.datum import Datum
from geo.errors import SceneError
from geo.inspect import Inspection
from geo.inspect import inspect as look_at
from geo.pictures import Picture, save_pictures
from geo.scenes import Scene, read_scene
from geo.sites import read_footprint
from geo.verdict import Reported
from monitor.errors import BadInput
from monitor.exchange import inspections as words
from monitor.terms import ImageryFinding

DATUMS = click.Choice([datum.value for datum in Datum])


@click.command()
@click.option(
    "--site", "site_file", required=True, type=click.Path(path_type=Path), help="项目红线（GeoJSON，经纬度）。"
)
@click.option("--scene", "scenes", required=True, multiple=True, metavar="日期=文件", help="影像；可重复，至少两期。")
@click.option("--datum", type=DATUMS, default=Datum.CGCS2000.value, show_default=True, help="红线的坐标基准。")
@click.option("--reported-pct", type=click.FloatRange(0, 100), help="填报的形象进度(%)。")
@click.option("--reported-start", type=click.DateTime(["%Y-%m-%d"]), help="填报的开工日期。")
@click.option("--bands", help="影像未写明波段时的次序，如 blue,green,red,nir。")
@click.option("--out", type=click.Path(path_type=Path), help="证据图的目录；不写则放在临时目录。")
@click.option("--json", "as_json", is_flag=True, help="只在标准输出打印一个 JSON。")
def inspect(
    site_file: Path,
    datum: str,
    scenes: tuple[str, ...],
    reported_pct: float | None,
    reported_start: Any,
    bands: str | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """影像核查：两期以上影像与填报对照，给出结论、概率、依据和证据图。"""
    if len(scenes) < 2:
        raise BadInput("inspect.too_few_scenes", count=len(scenes))
    site = read_footprint(site_file, datum=datum).outline
    names = tuple(bands.split(",")) if bands else None
    read = [_scene(text, names) for text in scenes]
    reported = Reported(reported_pct, reported_start.date() if reported_start else None)
    found = look_at(read, site, reported)
    folder = out or Path(tempfile.mkdtemp(prefix="palmmap-inspect-"))
    answer = document(found, save_pictures(found.comparison, folder), read)
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False, default=str))
        return
    click.echo(f"结论：{ImageryFinding.labels()[found.verdict.finding.value]}", nl=False)
    click.echo(f"(把握 {100 * found.verdict.confidence:.0f}%{',存疑' if found.verdict.abstained else ''})")
    for reason in answer["reasons"]:
        click.echo(f"  · {reason['text']}")
    click.echo(f"证据图：{folder}")


def document(found: Inspection, pictures: Iterable[Picture], scenes: Iterable[Scene]) -> dict[str, Any]:
    """核查文档 the inspection as the JSON document of the command-line contract."""
    verdict, pair = found.verdict, found.comparison.pair
    files = {picture.key: str(picture.path) for picture in pictures}
    return {
        "verdict": verdict.finding.value,
        "activity_score": words.rounded(verdict.activity_score, 3),
        "confidence": round(verdict.confidence, 3),
        "abstained": verdict.abstained,
        "stage": verdict.stage,
        "before_on": pair.before_on,
        "after_on": pair.after_on,
        "clear_pct": round(pair.clear_pct, 1),
        "covered_pct": round(pair.covered_pct, 1),
        "shift_m": {
            "east": round(pair.shift.east_m, 2),
            "south": round(pair.shift.south_m, 2),
            "accepted": pair.shift.accepted,
        },
        "same_season": pair.same_season,
        "site_m2": round(pair.grid.site_m2),
        "gsd_m": pair.grid.gsd_m,
        "evidence": [words.figure(item) | {"image": files.get(item.key)} for item in pair.items],
        "onset": words.onset(verdict.onset) or dict.fromkeys(("on", "after_on", "before_on", "step", "chance")),
        "stages": [words.look(look) for look in found.looks],
        "reasons": words.worded(words.reasons(verdict, scenes, found.outside)),
        "images": [{"key": key, "file": file} for key, file in files.items()],
        "model_version": verdict.model_version,
        "scenes": [{"taken_on": scene.taken_on, "sha256": scene.sha256, "bands": scene.bands} for scene in scenes],
    }


def _scene(text: str, bands: tuple[str, ...] | None) -> Scene:
    """A scene from ``DATE=FILE``, or from ``FILE`` alone where the file says its date."""
    day, equals, file = text.partition("=")
    if not equals:
        return read_scene(Path(text), bands=bands)
    try:
        taken_on = date.fromisoformat(day.strip())
    except ValueError as error:
        raise BadInput("inspect.bad_date", value=day) from error
    if taken_on > date.today():  # noqa: DTZ011 - a calendar day where the operator sits
        raise SceneError("scene.in_the_future", file=Path(file).name, day=taken_on)
    return read_scene(Path(file), taken_on=taken_on, bands=bands)
