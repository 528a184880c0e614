"""The command line's contract: what is printed, and the exit status."""

import json
from pathlib import Path

from click.testing import CliRunner, Result
from sqlalchemy import Engine

from monitor.cli import palmmap
from monitor.errors import Refusal

GOOD = "项目名称,所属区县,总投资(万元),年度\n甲,潞州区,100,2024\n"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(palmmap, [str(argument) for argument in arguments])


def test_import_prints_one_json_document(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(GOOD + "乙,没有这个区,很多,2024\n", encoding="gb18030")
    result = run("import", "projects", path, "--json")
    document = json.loads(result.stdout)
    assert result.exit_code == 1
    assert (document["rows"], document["accepted"], document["created"]) == (2, 1, 1)
    assert [(p["row"], p["column"], p["code"]) for p in document["rejected"]] == [
        (3, "C", "number.unreadable"),
        (3, "B", "unit.unknown"),
    ]
    assert all(set(p) == {"row", "column", "code", "message"} for p in [*document["rejected"], *document["warnings"]])
    assert Path(document["rejected_file"]).is_file()


def test_import_says_what_it_did(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(GOOD, encoding="utf-8")
    assert "将导入 1 行（新增 1" in run("import", "projects", path, "--dry-run").stdout
    result = run("import", "projects", path)
    assert (result.exit_code, "已导入 1 行（新增 1" in result.stdout) == (0, True)
    assert "不变 1" in run("import", "projects", path).stdout


def test_a_wrong_file_is_refused(engine: Engine, tmp_path: Path) -> None:
    result = run("import", "projects", tmp_path / "none.xlsx")
    assert isinstance(result.exception, Refusal)
    assert result.exception.code == "import.no_file"


def test_export_and_template(engine: Engine, tmp_path: Path) -> None:
    for name in ("o.xlsx", "o.gpkg", "o.kml", "o.json"):
        assert "已导出 0 个项目" in run("export", tmp_path / name).stdout
        assert (tmp_path / name).is_file()
    assert run("export", tmp_path / "t.xlsx", "--template").exit_code == 0
