"""000-16 季通报, 000-25 表态: the papers of a quarter as files, written by a command."""

import json
import re
from datetime import date
from pathlib import Path

import docx
import pytest
from click.testing import CliRunner

from monitor.cli import main, palmmap
from monitor.model import Viewer
from monitor.services.consequences import Decision, decide
from monitor.terms import ConsequenceDecision

DONE = {"140403": 75, "140404": 70, "140405": 60, "140423": 50}
AS_OF = ["--plan", "changzhi", "--as-of", "2024-10-31"]
OUTSIDE = re.compile(r"(?:src|href)\s*=|url\(|@import|<script")


@pytest.fixture
def counties(fill):
    """Four counties of Changzhi, reported to September."""
    held = {"library": "annual", "batch": "continued", "plan": 100}
    return fill([{**held, "unit_code": unit, "reports": {9: done}} for unit, done in DONE.items()])


def written(*arguments: str) -> str:
    done = CliRunner().invoke(palmmap, list(arguments), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_000_16_the_bulletin_of_the_last_quarter_is_one_file_that_asks_for_nothing(counties, tmp_path: Path) -> None:
    file = tmp_path / "bulletin.html"
    document = json.loads(written("bulletin", *AS_OF, "-o", str(file), "--json"))
    assert (document["plan"], document["quarter_end"], document["file"]) == ("changzhi", "2024-09-30", str(file))
    assert {(row["clause"], row["unit"], row["decision"]) for row in document["letters"]} >= {
        ("speech", "140423", None)
    }
    text = file.read_text("utf-8")
    assert "长治市2024年第三季度" in text
    assert "山西省长治市襄垣县" in text
    assert not OUTSIDE.search(text), "nothing to be fetched"
    assert "@page" in text
    word = tmp_path / "bulletin.docx"
    said = written("bulletin", *AS_OF, "-o", str(word))
    paragraphs = [paragraph.text for paragraph in docx.Document(str(word)).paragraphs]
    assert any("长治市2024年第三季度" in text for text in paragraphs)
    assert "--clause speech --unit 140423  表态发言  山西省长治市襄垣县  待决定" in said


def test_without_a_plan_the_bulletin_ranks_every_unit(counties, tmp_path: Path) -> None:
    word = tmp_path / "bulletin.docx"
    said = written("bulletin", "--as-of", "2024-10-31", "-o", str(word))
    made = docx.Document(str(word))
    assert "全国2024年第三季度" in made.paragraphs[0].text
    listed = [row.cells[1].text for row in made.tables[0].rows[1:]]
    assert listed[:2] == ["山西省长治市潞州区", "山西省长治市上党区"]
    assert "没有文书可写。" in said
    assert not any("结果运用" in paragraph.text for paragraph in made.paragraphs), "no plan governs"


def test_000_25_a_letter_is_written_and_may_be_issued_once_it_is_decided(counties, tmp_path: Path) -> None:
    file = tmp_path / "letter.html"
    ask = ["letter", *AS_OF, "--clause", "speech", "--unit", "140423", "-o", str(file)]
    assert "文书已写入" in written(*ask)
    assert "本件不得印发" in file.read_text("utf-8")
    mayor = Viewer("王市长", unit_code="140400")
    made = Decision("changzhi/speech", date(2024, 9, 30), ["140423"], ConsequenceDecision.CONFIRMED, "三季度通报会")
    decide(mayor, made, counties)
    document = json.loads(written(*ask, "--json"))
    assert (document["clause"], document["unit"]) == ("speech", "140423")
    text = file.read_text("utf-8")
    assert "本件不得印发" not in text
    assert "三季度通报会" in text
    assert not OUTSIDE.search(text)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["bulletin", *AS_OF, "-o", "{}/通报.pdf"], "通报和文书只写成 .docx 或 .html 文件"),
        (["bulletin", *AS_OF, "-o", "{}/no/通报.html"], "不能写入文件"),
        (["bulletin", "--plan", "nix", "--as-of", "2024-10-31", "-o", "{}/a.html"], "没有方案“nix”"),
        (["letter", *AS_OF, "--clause", "speech", "--unit", "140403", "-o", "{}/a.html"], "没有这份文书"),
        (["letter", *AS_OF, "--unit", "140403", "-o", "{}/a.html"], "缺少 --clause"),
    ],
)
def test_what_cannot_be_written_is_one_sentence_and_no_file(
    counties, tmp_path: Path, monkeypatch, capsys, arguments: list[str], sentence: str
) -> None:
    monkeypatch.setattr("sys.argv", ["palmmap", *(said.format(tmp_path) for said in arguments)])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    told = capsys.readouterr()
    assert (told.out, told.err.count("\n")) == ("", 1)
    assert sentence in told.err
    assert not list(tmp_path.glob("*.html"))
