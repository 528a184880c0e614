"""palmmap geocode and palmmap import boundaries, as the contract has them."""

import csv
import json
import re
from pathlib import Path

import geopandas as gpd
import pytest
from click.testing import CliRunner, Result

from geo import address, boundaries, coordinates, gazetteer, geocode, layer_import, points, sites
from monitor.cli import palmmap
from monitor.errors import BadInput
from monitor.messages import SENTENCES
from monitor.settings import DATA

HEADER = "name,address,lon,lat,province,city,county"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PALMMAP_HOME", str(tmp_path / "home"))
    return tmp_path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(palmmap, [str(argument) for argument in arguments])


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_geocode(home: Path, encoding: str) -> None:
    lines = [
        HEADER,
        "甲,潞州区、上党区,,,,,",
        "乙,,113.12345,36.19012,山西省,长治市,潞州区",
        "丙,鼓楼区,,,,,",
        "丁,,,,,,140411",
    ]
    (home / "in.csv").write_text("\n".join(lines), encoding=encoding)
    result = run("geocode", home / "in.csv", "-o", home / "out.csv", "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["rows"] == 4
    found = rows(home / "out.csv")
    assert list(found[0]) == [
        *HEADER.split(","),
        "adcode",
        "district",
        "out_lon",
        "out_lat",
        "method",
        "confidence",
        "note",
    ]
    assert [row["adcode"] for row in found] == ["140403;140404", "140403", "", "140403"]
    assert found[0]["district"] == "山西省长治市潞州区、山西省长治市上党区"
    assert (found[1]["out_lon"], found[1]["out_lat"], found[1]["confidence"]) == ("113.12345", "36.19012", "exact")
    assert (found[2]["confidence"], "不能确定" in found[2]["note"]) == ("unsure", True)
    assert "140411 已撤销，现为 140403" in found[3]["note"]


def test_geocode_takes_any_one_column_and_a_datum(home: Path) -> None:
    (home / "in.csv").write_text("Address\n长子县丹朱镇\n", encoding="utf-8")
    result = run("geocode", home / "in.csv", "-o", home / "out.csv", "--datum", "bd09")
    assert "共 1 行，确定 1 行" in result.output
    assert rows(home / "out.csv")[0]["adcode"] == "140428"


@pytest.mark.parametrize(
    ("content", "code"),
    [(None, "cannot_read"), (b"", "empty"), (b"\x89PNG\x00\xff", "not_csv"), (b"a,b\n1,2\n", "no_columns"),
     (b"address\n", "empty"),
     (b'address\n"a\n', "not_csv"), (b"address\na,b\nc,d,e\n", "not_csv")],
)  # fmt: skip
def test_geocode_refuses_with_one_sentence(home: Path, content: bytes | None, code: str) -> None:
    if content is not None:
        (home / "in.csv").write_bytes(content)
    result = run("geocode", home / "in.csv", "-o", home / "out.csv")
    assert isinstance(result.exception, BadInput)
    assert result.exception.code == f"geocode.{code}"
    assert not (home / "out.csv").exists()


def test_imported_boundaries_are_used(home: Path) -> None:
    counties = gpd.read_parquet(DATA / "boundaries" / "counties.parquet")
    layer = counties[counties["adcode"] == "140403"][["adcode", "name", "geometry"]]
    layer.assign(geometry=layer.geometry.translate(1.0, 0)).to_file(home / "layer.gpkg")
    result = run("import", "boundaries", home / "layer.gpkg", "--approval-number", "GS(2024)0650号", "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["approval_number"] == "GS(2024)0650号"
    (home / "in.csv").write_text("county\n潞州区\n", encoding="utf-8")
    run("geocode", home / "in.csv", "-o", home / "out.csv")
    assert float(rows(home / "out.csv")[0]["out_lon"]) > 114


def test_every_code_of_places_has_a_sentence() -> None:
    modules = (address, boundaries, coordinates, gazetteer, geocode, layer_import, points, sites)
    text = "".join(Path(str(module.__file__)).read_text(encoding="utf-8") for module in modules)
    used = set(re.findall(r'(?:Error|Note)\(\s*"([a-z]+\.[a-z_]+)"', text)) | {
        "geocode.not_a_county",
        "geocode.approximate",
    }
    assert len(used) > 30
    assert used <= set(SENTENCES)
