"""palmmap init and palmmap doctor."""

import os
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner
from sqlalchemy import Engine

from monitor.cli import palmmap
from monitor.settings import ROOT


def test_doctor_finds_a_good_store_well(engine: Engine) -> None:
    result = CliRunner().invoke(palmmap, ["doctor"])
    assert "[正常] 表结构版本" in result.stdout
    assert "[正常] SQLite synchronous：2" in result.stdout
    assert "[异常] 数据库" not in result.stdout


def test_a_missing_store_is_named_in_one_sentence(tmp_path: Path) -> None:
    environment = os.environ | {"PALMMAP_HOME": str(tmp_path), "DATABASE_URL": ""}
    (tmp_path / "a.csv").write_text("项目名称,所属区县\n甲,潞州区\n", encoding="utf-8")
    command = [
        sys.executable,
        "-c",
        "from monitor.cli import main; main()",
        "import",
        "projects",
        str(tmp_path / "a.csv"),
    ]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.strip() == "数据库尚未初始化\uff0c或表结构是旧版本\uff0c请先运行 palmmap init。"


def test_init_is_repeatable(engine: Engine) -> None:
    for _ in range(2):
        result = CliRunner().invoke(palmmap, ["init"])
        assert result.exit_code == 0
        assert "完成" in result.stderr
