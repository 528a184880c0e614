"""识别文件 what a file really is, by its first bytes and not by its name, and its projects read."""

import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

from monitor.errors import BadInput
from monitor.exchange import excel, gis, oc4ids
from monitor.exchange.records import Intake
from monitor.model import RowProblem

BYTES_AT_MOST = 2_000_000_000
"""Size beyond which a file, packed or unpacked, is refused."""

_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SUFFIXES = {
    "workbook": {".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".et"},
    "html": {".html", ".htm"},
    "csv": {".csv", ".txt", ".tsv"},
    "geojson": {".geojson", ".json"},
    "oc4ids": {".json"},
    "gpkg": {".gpkg"},
}


def kind_of(path: Path) -> str:
    """文件种类 "workbook", "html", "csv", "geojson", "oc4ids" or "gpkg", whatever the suffix says.

    Raises
    ------
    BadInput
        ``import.no_file``, ``import.empty``, ``import.too_large``, ``import.unknown_kind``, ``import.broken_json``,
        ``import.xml_workbook``.
    """
    if not path.is_file():
        raise BadInput("import.no_file", file=str(path))
    size = path.stat().st_size
    if size == 0:
        raise BadInput("import.empty", file=path.name)
    if size > BYTES_AT_MOST:
        raise BadInput("import.too_large", file=path.name)
    with path.open("rb") as stream:
        start = stream.read(4096)
    if start.startswith(b"PK\x03\x04"):
        return _kind_of_archive(path)
    if start.startswith(_OLD_OFFICE):
        return "workbook"
    if start.startswith(b"SQLite format 3\x00"):
        return "gpkg"
    return _kind_of_text(path, start)


def _kind_of_archive(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            if sum(part.file_size for part in archive.infolist()) > BYTES_AT_MOST:
                raise BadInput("import.too_large", file=path.name)
            mimetype = archive.read("mimetype") if "mimetype" in names else b""
    except (zipfile.BadZipFile, OSError) as error:
        raise BadInput("import.damaged", file=path.name) from error
    if names & {"xl/workbook.xml", "xl/workbook.bin"} or mimetype.endswith(b"spreadsheet"):
        return "workbook"
    raise BadInput("import.unknown_kind", file=path.name)


def _kind_of_text(path: Path, start: bytes) -> str:
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    head = text[:2000].lower()
    if head.startswith(b"<"):
        if b"urn:schemas-microsoft-com:office:spreadsheet" in head:
            raise BadInput("import.xml_workbook", file=path.name)
        if b"<table" in head or b"<html" in head or b"<!doctype html" in head:
            return "html"
        raise BadInput("import.unknown_kind", file=path.name)
    if text[:1] in {b"{", b"["}:
        return gis.kind_of_json(path)
    if start.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" not in start:
        if start.startswith((b"%PDF", b"GIF8", b"Rar!", b"7z\xbc")):
            raise BadInput("import.unknown_kind", file=path.name)
        return "csv"
    raise BadInput("import.unknown_kind", file=path.name)


def read_projects(path: Path, mapping: Mapping[str, str] | None = None) -> Intake:
    """读取项目文件 projects of a file of any kind that is understood.

    Parameters
    ----------
    path : Path
        The file.
    mapping : Mapping, optional
        Foreign field name -> header or field that it stands for (see ``--map``), before the dictionary of headers.

    Raises
    ------
    BadInput
        Codes ``import.*``: what is wrong with the file as a whole.
    """
    kind = kind_of(path)
    intake = _READERS[kind](path, mapping or {})
    if path.suffix.lower() not in _SUFFIXES[kind]:
        intake.warnings.insert(0, RowProblem(0, "", "import.other_kind", {"file": path.name, "kind": _LABELS[kind]}))
    if not intake.records:
        raise BadInput("import.no_rows", file=path.name)
    return intake


_Read = Callable[[Path, Mapping[str, str]], Intake]
_READERS: Mapping[str, _Read] = {
    "workbook": excel.read_workbook_projects,
    "html": excel.read_html_projects,
    "csv": excel.read_csv_projects,
    "geojson": gis.read_vector_projects,
    "gpkg": gis.read_vector_projects,
    "oc4ids": oc4ids.read_projects,
}
_LABELS = {
    "workbook": "Excel 工作簿",
    "html": "网页表格",
    "csv": "分隔文本",
    "geojson": "GeoJSON",
    "gpkg": "GeoPackage",
    "oc4ids": "OC4IDS JSON",
}
