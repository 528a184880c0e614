"""palmmap init, palmmap doctor: make the store, and say how it is."""

import hashlib
import time
from collections.abc import Iterator
from pathlib import Path

import click
import yaml

from monitor import settings as environment
from monitor import store
from monitor.errors import Refusal
from monitor.messages import explain
from monitor.services import audit
from monitor.settings import DATA

STEPS = {
    "tables": "建立表结构",
    "units": "载入行政区划和填报单元",
    "lists": "载入项目清单",
    "demo": "载入示例项目",
    "imagery": "生成示例影像并核查",
}


@click.command()
@click.option("--demo", is_flag=True, help="同时载入公开项目和示例项目。")
def init(demo: bool) -> None:
    """初始化：建立数据库并载入随附数据，可重复执行。"""
    started = time.monotonic()
    engine = store.engine()

    def progress(step: str) -> None:
        click.echo(f"  {STEPS.get(step, step)}", err=True)

    changed = store.initialise(engine, progress)
    if any(changed.values()):
        with store.transaction(engine) as session:
            audit.record(session, "palmmap init", "store.initialised", None, dict(changed))
    if demo:
        from monitor.services import demo as samples
        from monitor.services import demo_imagery

        progress("demo")
        samples.load(engine)
        progress("imagery")
        demo_imagery.load(engine)
    click.echo(f"完成，用时 {time.monotonic() - started:.1f} 秒。数据库：{_shown(engine.url)}", err=True)


def _shown(url: object) -> str:
    return str(getattr(url, "render_as_string", lambda **_: url)(hide_password=True))


@click.command()
def doctor() -> None:
    """体检：设置、数据库、表结构、随附数据文件。有一项不合格时返回 2。"""
    wrong = 0
    for name, good, said in _checks():
        wrong += not good
        click.echo(f"[{'正常' if good else '异常'}] {name}：{said}")
    if wrong:
        raise Refusal("doctor.unwell", count=wrong)


def _checks() -> Iterator[tuple[str, bool, str]]:
    settings = environment.load()
    engine = store.engine(settings)
    yield "数据目录 PALMMAP_HOME", True, str(settings.home)
    yield "数据库地址 DATABASE_URL", True, _shown(engine.url)
    yield "审图号", True, settings.map_approval_number or "未设置"
    try:
        revision = store.revision(engine)
    except Refusal as refusal:
        yield "数据库连接", False, explain(refusal)
    else:
        yield "数据库连接", True, engine.dialect.name
        good = revision == store.head()
        yield "表结构版本", good, revision or "尚未建立，请运行 palmmap init"
        yield from _chain(good, engine)
        expected = store.SQLITE_PRAGMAS
        for name, value in store.pragmas(engine).items():
            yield f"SQLite {name}", value == expected[name], str(value)
    yield from _files()


def _chain(ready: bool, engine: object) -> Iterator[tuple[str, bool, str]]:
    """The audit chain, where there are tables."""
    if ready:
        verdict = audit.verify(engine)  # type: ignore[arg-type]
        broken = verdict.first_broken_id
        yield "操作记录链", broken is None, f"{verdict.entries} 条" if broken is None else f"第 {broken} 条被改动或缺失"


def _files() -> Iterator[tuple[str, bool, str]]:
    """Shipped data files against the sha256 in the SOURCES.yaml beside them."""
    for sources in sorted(DATA.rglob("SOURCES.yaml")):
        for entry in yaml.safe_load(sources.read_text(encoding="utf-8")) or []:
            yield from _file(sources.parent, entry)


def _file(folder: Path, entry: dict[str, str]) -> Iterator[tuple[str, bool, str]]:
    path = folder / entry["file"]
    shown = str(path.relative_to(DATA.parent))
    if not path.is_file():
        yield shown, False, "文件缺失"
    elif entry.get("sha256"):
        good = hashlib.sha256(path.read_bytes()).hexdigest() == entry["sha256"]
        yield shown, good, "与登记的摘要一致" if good else "内容与 SOURCES.yaml 登记的摘要不一致"
