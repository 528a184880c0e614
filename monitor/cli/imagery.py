"""palmmap inspect, inspect-all, import scenes: what images show of sites, against their reports."""

import json
import re
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import click

from geo.conditions import conditions_of
from geo.datum import Datum
from geo.errors import SceneError
from geo.inspect import Inspection
from geo.inspect import inspect as look_at
from geo.pictures import Picture, save_pictures
from geo.scenes import Scene, read_scene
from geo.sites import read_footprint
from geo.verdict import Reported
from monitor import store
from monitor.cli.projects import ACTOR
from monitor.errors import BadInput
from monitor.exchange import inspections as words
from monitor.model import Viewer
from monitor.terms import ImageryFinding, Role

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
    names = _named(bands)
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


def _named(bands: str | None) -> tuple[str, ...] | None:
    """Bands as they were told, by commas of either width."""
    return tuple(re.split("[,\uff0c、]", bands)) if bands else None


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
        "evidence": [
            item | {"image": files.get(item["key"])} for item in words.figures(pair.items, conditions_of(pair))
        ],
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


@click.command("scenes")
@click.argument("place")
@click.option("--date", "taken_on", type=click.DateTime(["%Y-%m-%d"]), help="文件没有写明时的拍摄日期。")
@click.option("--bands", help="影像未写明波段时的次序，如 blue,green,red,nir。")
@click.option("--collection", "collections", multiple=True, help="STAC 接口中的数据集；可重复，不写则全部。")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="STAC 接口中只取这一天以后的影像。")
@click.option("--dry-run", is_flag=True, help="只说明会导入什么，不写入。")
@click.option("--json", "as_json", is_flag=True, help="只在标准输出打印一个 JSON。")
def import_scenes(
    place: str,
    taken_on: Any,
    bands: str | None,
    collections: tuple[str, ...],
    since: Any,
    dry_run: bool,
    as_json: bool,
) -> None:
    """导入影像和带定位的照片：文件、文件夹、STAC 目录或 STAC 接口的网址。

    影像可以是任意坐标系、分辨率、波段次序的 GeoTIFF、COG、JP2；同一文件只存一次。文件名含 dsm 的单波段高程随同期影像
    量算挖填方。STAC 条目一个波段一个文件的，合成一幅。从网址只取覆盖项目地块的影像，GeoTIFF 大文件只取地块所在部分，
    JPEG 2000 整幅下载；目录需要口令时写入环境变量 PALMMAP_STAC_TOKEN，口令和链接中的签名都不保存。
    """
    from monitor.services import scenes

    told = scenes.Options(
        taken_on.date() if taken_on else None,
        _named(bands),
        dry_run,
        collections,
        since.date() if since else None,
    )
    where = place if "://" in place else Path(place)
    done = scenes.import_scenes(Viewer(ACTOR, Role.OPERATOR), where, store.engine(), told, _track_files, _track_bytes)
    if as_json:
        click.echo(json.dumps(asdict(done), ensure_ascii=False))
    else:
        for one in done.refused:
            click.echo(f"未导入：{one.message}")
        verb = "将导入" if dry_run else "已导入"
        photos = f"，照片 {len(done.photos)} 张" if done.photos else ""
        said = (
            f"{verb}影像 {len(done.stored)} 幅{photos}，已有 {len(done.known)} 幅，未导入 {len(done.refused)} 个文件。"
        )
        click.echo(said)
    raise SystemExit(1 if done.refused else 0)


def _track_files(files: Sequence[Any]) -> Iterable[Any]:
    from tqdm import tqdm

    return tqdm(files, desc="导入影像", unit="幅", leave=False, disable=None)


def _track_bytes(name: str, size: int | None) -> Any:
    from tqdm import tqdm

    return tqdm(desc=f"整幅下载 {name}", total=size, unit="B", unit_scale=True, leave=False, disable=None)


@click.command("inspect-all")
@click.option("--scheduler", metavar="地址", help="Dask 调度器，如 tcp://10.0.0.5:8786；不写则用本机全部处理器。")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="示例项目按哪一天核查（演示用），正式项目一律按今天。")
@click.option("--json", "as_json", is_flag=True, help="只在标准输出打印一个 JSON。")
def inspect_all(scheduler: str | None, on: Any, as_json: bool) -> None:
    """批量核查：所有有红线或准确坐标、有两期以上影像的项目；中断后再运行即接着做。"""
    from monitor.cli.dask_runner import runner
    from monitor.services import inspecting

    viewer, day = Viewer(ACTOR, Role.OPERATOR), on.date() if on else None
    done = inspecting.inspect_all(viewer, store.engine(), runner(scheduler), _track_sites, on=day)
    if as_json:
        click.echo(json.dumps(asdict(done), ensure_ascii=False))
    else:
        for one in done.failed:
            click.echo(f"未能核查：项目 {one.project_id}：{one.message}")
        click.echo(
            f"新核查 {len(done.inspections)} 个地块，影像和填报未变的 {done.unchanged} 个，"
            f"不足两期影像的 {done.too_few} 个，未能核查 {len(done.failed)} 个。"
        )
    raise SystemExit(1 if done.failed else 0)


def _track_sites(outcomes: Iterable[Any], count: int) -> Iterable[Any]:
    from tqdm import tqdm

    return tqdm(outcomes, desc="影像核查", unit="个地块", total=count, leave=False, disable=None)
