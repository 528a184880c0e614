"""palmmap geocode, palmmap import boundaries: where things are."""

import json
from pathlib import Path

import click
import pandas as pd
from tqdm import tqdm

from geo.datum import Datum
from geo.geocode import AUTO, Geocoder, Location, geocode_frame
from geo.layer_import import LayerSource, import_layer
from monitor import settings as environment
from monitor.errors import BadInput
from monitor.messages import sentence
from monitor.settings import DATA

DATUMS = click.Choice([AUTO, *[datum.value for datum in Datum]])
COLUMNS = ("name", "address", "lon", "lat", "province", "city", "county")
BLOCK_ROWS = 20_000


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="结果文件(CSV)。")
@click.option("--datum", type=DATUMS, default=AUTO, show_default=True, help="坐标基准；auto 为逐一试算。")
@click.option("--json", "as_json", is_flag=True, help="只在标准输出打印一个 JSON。")
def geocode(file: Path, output: Path, datum: str, as_json: bool) -> None:
    """地理编码：为 CSV 的每一行找到所在县区和坐标。

    输入列 name、address、lon、lat、province、city、county，可以缺列或空白；输出增加
    adcode、district、out_lon、out_lat、method、confidence、note。
    """
    table = _read_table(file)
    geocoder = Geocoder.load(environment.load().boundaries)
    blocks = range(0, len(table), BLOCK_ROWS)
    bar = tqdm(blocks, desc="地理编码", unit="批", disable=len(blocks) < 2)
    found = pd.concat([geocode_frame(geocoder, table.iloc[start : start + BLOCK_ROWS], datum) for start in bar])
    columns = _output_columns(geocoder, found)
    try:
        pd.concat([table.drop(columns=columns.columns, errors="ignore"), columns], axis=1).to_csv(
            output, index=False, encoding="utf-8-sig"
        )
    except OSError as fault:
        raise BadInput("file.cannot_write", file=str(output)) from fault
    counts = found["confidence"].value_counts().to_dict()
    if as_json:
        click.echo(json.dumps({"rows": len(table), "confidence": counts, "output": str(output)}, ensure_ascii=False))
        return
    located = len(table) - counts.get("none", 0) - counts.get("unsure", 0)
    click.echo(f"共 {len(table)} 行，确定 {located} 行，不能确定 {counts.get('unsure', 0)} 行，", nl=False)
    click.echo(f"无位置 {counts.get('none', 0)} 行。结果：{output}")


def _read_table(file: Path) -> pd.DataFrame:
    """The table as text, in UTF-8 or GB 18030."""
    try:
        blob = file.read_bytes()
    except OSError as fault:
        raise BadInput("geocode.cannot_read", file=str(file)) from fault
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = blob.decode(encoding)
        except UnicodeDecodeError:
            continue
        return _parsed(text, file)
    raise BadInput("geocode.not_csv", file=str(file))


def _parsed(text: str, file: Path) -> pd.DataFrame:
    from io import StringIO

    if "\x00" in text or not text.strip():
        raise BadInput("geocode.not_csv" if "\x00" in text else "geocode.empty", file=str(file))
    try:
        table = pd.read_csv(StringIO(text), dtype=str, keep_default_na=False, skipinitialspace=True)
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as fault:
        raise BadInput("geocode.not_csv", file=str(file)) from fault
    table.columns = [str(column).strip().lower() for column in table.columns]
    if not set(COLUMNS) & set(table.columns):
        raise BadInput("geocode.no_columns", file=str(file), columns="、".join(COLUMNS))
    if table.empty:
        raise BadInput("geocode.empty", file=str(file))
    return table


def _output_columns(geocoder: Geocoder, found: pd.DataFrame) -> pd.DataFrame:
    name = geocoder.gazetteer.name
    rows = [Location(*values) for values in found.itertuples(index=False, name=None)]
    return pd.DataFrame(
        {
            "adcode": [";".join(row.adcodes) for row in rows],
            "district": ["、".join(name(code) for code in row.adcodes) for row in rows],
            "out_lon": found["lon"].round(7),
            "out_lat": found["lat"].round(7),
            "method": found["method"],
            "confidence": found["confidence"],
            "note": ["".join(sentence(note.code, **note.params) for note in row.notes) for row in rows],
        },
        index=found.index,
    )


@click.command("boundaries")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--adcode-field", default="", help="存放行政区划代码的字段，缺省自动识别。")
@click.option("--name-field", default="", help="存放名称的字段，缺省自动识别。")
@click.option("--datum", type=click.Choice([datum.value for datum in Datum]), default="cgcs2000", show_default=True)
@click.option("--approval-number", default="", help="审图号。")
@click.option("--producer", default="", help="图层提供单位。")
@click.option("--json", "as_json", is_flag=True, help="只在标准输出打印一个 JSON。")
def import_boundaries(
    file: Path, adcode_field: str, name_field: str, datum: str, approval_number: str, producer: str, as_json: bool
) -> None:
    """导入官方县级边界（GeoJSON、Shapefile、GeoPackage），代替随附的边界。"""
    given = {"adcode": adcode_field, "name": name_field}
    fields = {key: column for key, column in given.items() if column}
    target = environment.load().home / "boundaries"
    facts = import_layer(file, target, DATA / "boundaries", LayerSource(approval_number, producer, datum, fields))
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False))
        return
    click.echo(f"已导入 {facts['counties']} 个县区的边界（修复 {facts['repaired']} 个），", nl=False)
    click.echo(f"其余 {facts['kept']} 个沿用随附边界。审图号：{approval_number or '未填写'}。重启服务后生效。")
