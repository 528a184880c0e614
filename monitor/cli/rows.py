"""要求对照 palmmap rows: which rule file and which golden test cover each row of the source plans."""

import csv
import json
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import click
import yaml

from monitor.settings import DATA, ROOT

REQUIREMENTS = DATA / "rules" / "requirements.csv"
GOLDEN_TEST = re.compile(r"^\s*def (test_(\d{3}|x)_(\d{2})_\w+)", re.MULTILINE)


@click.command("rows")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 文档")
def rows(as_json: bool) -> None:
    """列出五个方案的每一条机制，及其规则文件和验收测试。"""
    table = coverage(ROOT)
    if as_json:
        click.echo(json.dumps(table, ensure_ascii=False, indent=1))
        return
    for row in table:
        mark = "✓" if row["covered"] else "—"
        files = "、".join([*row["rule_files"], *row["tests"]]) or "尚无规则和测试"
        click.echo(f"{mark} {row['id']} {row['mechanism'] or row['rule'][:40]}  {files}")
    done = sum(bool(row["covered"]) for row in table)
    click.echo(f"共 {len(table)} 条，已由验收测试覆盖 {done} 条，未覆盖 {len(table) - done} 条。")


def coverage(root: Path) -> list[dict[str, Any]]:
    """覆盖情况 the requirement rows, each with its rule files, its golden tests and whether it is covered.

    A row counts as covered where a golden test is named after it; a rule file alone does not count.
    """
    rules, tests = _rule_files(root), _golden_tests(root)
    with REQUIREMENTS.open(encoding="utf-8", newline="") as file:
        return [
            {**row, "rule_files": rules[row["id"]], "tests": tests[row["id"]], "covered": bool(tests[row["id"]])}
            for row in csv.DictReader(file)
        ]


def _rule_files(root: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted((root / "data" / "rules").rglob("*.yaml")):
        documents = yaml.safe_load_all(path.read_text(encoding="utf-8"))
        for row in {row for document in documents for row in _rows_named_in(document)}:
            found[row].append(path.relative_to(root).as_posix())
    return found


def _rows_named_in(node: object) -> set[str]:
    """Requirement rows that a YAML document names under any ``rows`` key."""
    if isinstance(node, list):
        return set().union(*map(_rows_named_in, node))
    if not isinstance(node, dict):
        return set()
    below = set().union(*(_rows_named_in(value) for key, value in node.items() if key != "rows"))
    return below | set(node.get("rows") or ())


def _golden_tests(root: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted((root / "tests").rglob("test_*.py")):
        for name, plan, number in GOLDEN_TEST.findall(path.read_text(encoding="utf-8")):
            found[f"{plan.upper()}-{number}"].append(f"{path.relative_to(root).as_posix()}::{name}")
    return found
