"""The conventions of the house are tested like everything else (design.md, CONTRIBUTING.md)."""

import ast
import hashlib
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

import geo.errors
import monitor.errors
from monitor.messages import SENTENCES
from monitor.settings import ROOT

PRODUCT = [
    *(ROOT / "geo").rglob("*.py"),
    *(ROOT / "monitor").rglob("*.py"),
    *(ROOT / "pages").rglob("*.py"),
    ROOT / "app.py",
]
PRODUCT = sorted(path for path in PRODUCT if "versions" not in path.parts)
CHINESE = re.compile(r"[\u4e00-\u9fff]")
REFUSALS = {
    kind.__name__ for room in (geo.errors, monitor.errors) for kind in vars(room).values() if inspect.isclass(kind)
}
STATE_OF_THE_STORE = {"version", "default_as_of", "report_months", "lists", "units"}
"""Reads that say nothing about a project, and so take no viewer."""


def tracked() -> list[Path]:
    """Files that git tracks, or would: neither ignored nor outside."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout.decode().split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def trees() -> list[tuple[Path, ast.Module]]:
    return [(path, ast.parse(path.read_text(encoding="utf-8"))) for path in PRODUCT]


def functions(tree: ast.Module) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def where(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"


def test_no_room_is_too_large():
    over = [f"{p.relative_to(ROOT)}: {n} lines" for p in PRODUCT if (n := len(p.read_text("utf-8").splitlines())) > 300]
    over += [
        f"{where(path, f)} {f.name}: {f.end_lineno - f.lineno + 1} lines"
        for path, tree in trees()
        for f in functions(tree)
        if f.end_lineno - f.lineno + 1 > 60
    ]
    over += [str(p) for p in (ROOT / "pages").rglob("*.py") if len(p.read_text("utf-8").splitlines()) > 80]
    assert len((ROOT / "app.py").read_text("utf-8").splitlines()) <= 60
    assert over == []


def test_no_page_can_be_reached_around_the_frame():
    """Streamlit runs pages/*.py without app.py on a first visit by deep link, so none may stand there."""
    assert list((ROOT / "pages").glob("*.py")) == []


def test_public_docstrings_begin_with_the_chinese_term_and_end_with_a_point():
    wrong = []
    for path, tree in trees():
        if path.is_relative_to(ROOT / "pages") or path.is_relative_to(ROOT / "monitor" / "cli"):
            continue
        nodes = [tree, *(n for n in tree.body if isinstance(n, ast.FunctionDef | ast.ClassDef) and n.name[0] != "_")]
        for node in nodes:
            first = (ast.get_docstring(node) or "").split("\n")[0]
            if not CHINESE.search(first) or not first.endswith((".", ":")):
                wrong.append(f"{where(path, node)} {first!r}")
    assert wrong == []


def test_every_code_has_a_sentence_and_every_sentence_is_chinese():
    codes = {
        (node.args[0].value, where(path, node))
        for path, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", getattr(node.func, "attr", "")) in REFUSALS
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }
    assert [(code, place) for code, place in codes if code not in SENTENCES] == []
    assert [code for code, text in SENTENCES.items() if not CHINESE.search(text) or not text.endswith("。")] == []


def test_reads_take_the_viewer_first():
    wrong = []
    for path in (ROOT / "monitor" / "queries").glob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                names = [argument.arg for argument in node.args.args]
                if "engine" in names and names[0] != "viewer" and node.name not in STATE_OF_THE_STORE:
                    wrong.append(f"{where(path, node)} {node.name}({', '.join(names)})")
    assert wrong == []


def test_shipped_data_is_accounted_for():
    """Every data file has a row with producer, version, licence, CRS and the sha256 that it really has."""
    listed = {}
    for sources in [*(ROOT / "data").rglob("SOURCES.yaml"), *(ROOT / "monitor").rglob("SOURCES.yaml")]:
        for row in yaml.safe_load(sources.read_text("utf-8")):
            needed = {"file", "producer", "version", "licence", "sha256"} | (
                {"crs"} if "boundaries" in sources.parts else set()
            )
            assert needed <= row.keys(), (sources, row)
            listed[sources.parent / row["file"]] = row["sha256"]
    wrong = [str(p) for p, digest in listed.items() if hashlib.sha256(p.read_bytes()).hexdigest() != digest]
    assert wrong == []
    kinds = {".parquet", ".geojson", ".topojson", ".csv", ".json", ".npz"}
    data = [
        p
        for p in tracked()
        if p.suffix in kinds and ("boundaries" in p.parts or "sites" in p.parts or "models" in p.parts)
    ]
    assert [str(p) for p in data if (ROOT / "data") in p.parents and p not in listed] == []


def test_nothing_speaks_of_a_machine_or_a_registry():
    names = [
        "py" + "pi.org",
        "python" + "hosted",
        "npm" + "js.",
        "registry.npm" + "js",
        "deb." + "debian",
        "/ro" + "ot/",
        "/work" + "/main",
        "/work" + "/shared",
    ]
    found = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in tracked()
        if path.name != "uv.lock" and path.suffix not in {".parquet", ".png", ".npz", ".xlsx"}
        for name in names
        if name in path.read_text("utf-8", errors="replace")
    ]
    assert found == []


def test_import_contracts_hold():
    done = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_the_command_line_contract_stands():
    """Every registered command can be loaded and has a Chinese help text."""
    from monitor.cli import COMMANDS, IMPORTS, import_group, palmmap

    context = palmmap.make_context("palmmap", [], resilient_parsing=True)
    commands = {name: palmmap.get_command(context, name) for name in COMMANDS}
    commands |= {f"import {name}": import_group.get_command(context, name) for name in IMPORTS}
    assert [
        name for name, command in commands.items() if command is None or not CHINESE.search(command.help or "")
    ] == []


def test_requirement_rows_tell_the_truth():
    from monitor.cli.rows import coverage

    table = coverage(ROOT)
    assert len(table) == 98 + 8
    for row in table:
        for name in [*row["rule_files"], *(test.split("::")[0] for test in row["tests"])]:
            assert (ROOT / name).exists()
        assert row["covered"] == bool(row["tests"])


@pytest.mark.parametrize("module", ["geo", "monitor"])
def test_packages_say_what_they_are(module):
    assert CHINESE.search(inspect.getdoc(__import__(module)) or "")
