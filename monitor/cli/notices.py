"""palmmap bulletin, palmmap letter: the papers of a quarter as files, for A4."""

import json
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from monitor.cli.figures import AS_OF, JSON
from monitor.errors import BadInput
from monitor.terms import ConsequenceDecision

PLAN = click.option("--plan", required=True, help="方案，如 changzhi、jiayuguan。")
OUTPUT = click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path), help="写成 .docx 或 .html 文件。"
)


@click.command()
@click.option("--plan", help="方案，如 changzhi、jiayuguan；缺省按亮诺践诺排全部填报单元。")
@AS_OF
@OUTPUT
@JSON
def bulletin(plan: str | None, as_of: datetime, output: Path, as_json: bool) -> None:
    """写季度通报：截止日以前最近一个已结束季度的排名、方法和结果运用，A4 打印。

    另列出该季度可写的文书(palmmap letter)：条款、单位和决定。
    """
    from monitor import store
    from monitor.queries.notices import notice
    from monitor.web import notices

    end_on, form = _quarter_end(as_of), _form(output)
    said = notice(_viewer(), plan, end_on, store.engine())
    _write(output, form(notices.bulletin(said)))
    labels = ConsequenceDecision.labels()
    letters = [
        {
            "clause": entry.hit.rule.key,
            "label": entry.hit.rule.label,
            "unit": entry.hit.unit,
            "name": said.names.get(entry.hit.unit, entry.hit.unit),
            "reason": entry.hit.reason,
            "decision": entry.decided.decision if entry.decided else None,
        }
        for entry in said.entries
    ]
    if as_json:
        _tell(plan, end_on, output, letters=letters)
        return
    writable = f"有 {len(letters)} 份文书可写：" if letters else "没有文书可写。"
    click.echo(f"通报已写入 {output}（{_words(end_on)}），{writable}")
    for row in letters:
        decided = labels[row["decision"]] if row["decision"] else "待决定"
        click.echo(f"--clause {row['clause']} --unit {row['unit']}  {row['label']}  {row['name']}  {decided}")


@click.command()
@PLAN
@AS_OF
@click.option("--clause", required=True, help="结果运用条款，如 speech、reminder(palmmap bulletin 列出)。")
@click.option("--unit", required=True, help="受文单位，如 140423(palmmap bulletin 列出)。")
@OUTPUT
@JSON
def letter(plan: str, as_of: datetime, clause: str, unit: str, output: Path, as_json: bool) -> None:
    """写一份文书：提醒函、约谈通知书等，给一个单位，A4 打印；负责人确认以前写明不得印发。"""
    from monitor import store
    from monitor.web import notices

    end_on, form = _quarter_end(as_of), _form(output)
    _write(output, form(notices.letter(_viewer(), plan, end_on, clause, unit, store.engine())))
    if as_json:
        _tell(plan, end_on, output, clause=clause, unit=unit)
        return
    click.echo(f"文书已写入 {output}（{_words(end_on)}）。")


def _viewer() -> Any:
    from monitor.model import NATION, Viewer

    return Viewer("palmmap", unit_code=NATION)


def _quarter_end(as_of: datetime) -> date:
    """Last day of the last quarter that has ended; the store has to be there."""
    from monitor import store
    from monitor.indicators.consequences import quarter_ended

    store.require_initialised(store.engine())
    return quarter_ended(as_of.date())


def _form(output: Path) -> Callable[[str], bytes]:
    """What makes of a page what the suffix of the file says: a page that asks for nothing, or its Word document."""
    from monitor.exchange.word import document

    forms: dict[str, Callable[[str], bytes]] = {".html": str.encode, ".docx": document}
    form = forms.get(output.suffix.lower())
    if form is None:
        raise BadInput("notice.not_available", file=str(output))
    return form


def _write(output: Path, body: bytes) -> None:
    try:
        output.write_bytes(body)
    except OSError as fault:
        raise BadInput("file.cannot_write", file=str(output)) from fault


def _words(end_on: date) -> str:
    from monitor.formats import quarter_words
    from monitor.queries.consequences import quarter_of

    return quarter_words(*quarter_of(end_on))


def _tell(plan: str | None, end_on: date, output: Path, **more: object) -> None:
    document = {"plan": plan, "quarter_end": end_on.isoformat(), "file": str(output)} | more
    click.echo(json.dumps(document, ensure_ascii=False, indent=1))
