"""palmmap backup, palmmap restore, palmmap audit: keep what the store holds, bring it back, and check the record."""

from pathlib import Path

import click

from monitor.errors import Refusal

FILE = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))


@click.command()
@FILE
def backup(file: Path) -> None:
    """备份：把数据库和文件（附件、影像、导入的边界和规则）写进一个 zip 文件。"""
    from monitor import settings, store
    from monitor.services.backup import back_up

    made = back_up(store.engine(), settings.load(), file)
    projects, mebibytes = made.rows["project"], file.stat().st_size / 2**20
    click.echo(f"已备份到 {file}：{projects} 个项目，{made.files} 个文件，{mebibytes:.1f} MB。")
    click.echo(f"操作记录 {made.audit_entries} 条，末条摘要 {made.audit_hash}（请另处保存）。")


@click.command()
@FILE
def restore(file: Path) -> None:
    """恢复：把备份放回没有项目和影像的数据库；备份和恢复的数据库种类可以不同。"""
    from monitor import settings, store
    from monitor.services.backup import restore as put_back

    made = put_back(store.engine(), settings.load(), file)
    click.echo(f"已恢复 {made.made_at[:10]} 的备份：{made.rows['project']} 个项目，{made.files} 个文件。")


@click.group()
def audit() -> None:
    """操作记录。"""


@audit.command()
def verify() -> None:
    """核验操作记录：逐条重算摘要，有改动或缺失时返回 2。"""
    from monitor import store
    from monitor.services.audit import verify as read

    store.require_initialised(store.engine())
    found = read(store.engine())
    if found.first_broken_id is not None:
        raise Refusal("audit.broken", entry=found.first_broken_id, count=found.entries)
    click.echo(f"操作记录完好，共 {found.entries} 条，末条摘要 {found.last_hash}。")
