"""Make the tables of the demo from projects.csv, named_projects.csv and demo.yaml; repeatable, same seed, same rows.

Reads the boundaries of data/boundaries; writes samples/*.parquet (one table of the store each; amounts in 0.01 万元)
and SOURCES.yaml.
"""

import csv
import hashlib
import json
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pandas as pd
import yaml
from generate.cells import TABLES, Plan, Rows
from generate.items import Lists
from generate.places import Places

HERE = Path(__file__).parent
WHOLE = {"total_investment", "investment", "stretch", "cumulative", "year_investment", "paid", "planned", "issued"}


def main() -> None:
    make(HERE / "samples")
    write_sources()


def make(folder: Path) -> None:
    """Every table of the demo, into a folder."""
    common = yaml.safe_load((HERE / "demo.yaml").read_text(encoding="utf-8"))
    places = Places(HERE.parent / "boundaries")
    rows: Rows = {table: [] for table in TABLES}
    add(rows, published(read_csv("projects.csv")))
    named = read_csv("named_projects.csv")
    for spec in common["plans"]:
        add(rows, Plan(spec, common, places, named if spec["plan"] == "002" else []).make(len(rows["projects"])))
    rows["items"] = Lists(common["items"], common["seed"]).make(rows)
    folder.mkdir(exist_ok=True)
    for table in TABLES:
        write(folder / f"{table}.parquet", pd.DataFrame(rows[table]))


def read_csv(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def add(rows: Rows, more: Rows) -> None:
    for table in TABLES:
        rows[table] += more[table]


def published(projects: list[dict[str, str]]) -> Rows:
    """Rows of the real projects: what their source says, and nothing else."""
    rows: Rows = {table: [] for table in TABLES}
    for key, project in enumerate(projects):
        year = int(project["year"]) if project["year"] else None
        known_at = datetime.combine(date(year or 2020, 1, 1), time())
        rows["projects"].append(published_project(key, project, known_at))
        rows["locations"].append(published_location(key, project, known_at))
        if year:
            entry = {"key": key, "list_key": "press", "year": year, "batch": project["batch"] or None}
            rows["entries"].append(entry)
            if project["annual_plan_wan_yuan"]:
                amount = amount_of(project["annual_plan_wan_yuan"])
                rows["plans"].append({"key": key, "year": year, "investment": amount, "recorded_at": known_at})
    return rows


def published_project(key: int, project: dict[str, str], known_at: datetime) -> dict[str, Any]:
    copied = ("name", "unit_code", "sector", "stage", "source_title", "source_url")
    return {
        "key": key,
        **{name: project[name] or None for name in copied},
        "address": project["place"],
        "content": None,
        "total_investment": amount_of(project["total_investment_wan_yuan"]),
        "is_sample": False,
        "extra": {"note": project["note"]} if project["note"] else {},
        "created_at": known_at,
    }


def published_location(key: int, project: dict[str, str], known_at: datetime) -> dict[str, Any]:
    county = project["county_code"]
    return {
        "key": key,
        "lon": float(project["lon"]) if county else None,
        "lat": float(project["lat"]) if county else None,
        "adcodes": county,
        "method": "county_centre" if county else "none",
        "confidence": project["location_confidence"],
        "notes": "来源只写到县区,按县区中心近似" if county else "来源只写到市一级,不能落到一个县区",
        "recorded_at": known_at,
    }


def amount_of(wan_yuan: str) -> int | None:
    return round(float(wan_yuan) * 100) if wan_yuan else None


def write(file: Path, frame: pd.DataFrame) -> None:
    for column in WHOLE & set(frame.columns):
        frame[column] = frame[column].astype("Int64")
    for column in frame.columns:
        if column.endswith("_on"):
            frame[column] = pd.to_datetime(frame[column]).astype("datetime64[ms]")
    for column in {"extra", "changes"} & set(frame.columns):
        frame[column] = [json.dumps(held, ensure_ascii=False) for held in frame[column]]
    frame.to_parquet(file, compression="zstd", compression_level=15, index=False)


def write_sources() -> None:
    """SOURCES.yaml: the rows of sources.in.yaml with the sha256 of every file as it is now."""
    listed = yaml.safe_load((HERE / "sources.in.yaml").read_text(encoding="utf-8"))
    listed += [
        {
            "file": f"samples/{table}.parquet",
            "title": f"示例数据表 {table}",
            "producer": "palmmap build.py, from projects.csv, named_projects.csv and demo.yaml",
            "version": "1",
            "date": "2026-11-21",
            "licence": "Apache-2.0",
            "crs": "EPSG:4490" if table == "locations" else "none",
        }
        for table in TABLES
    ]
    for row in listed:
        row["sha256"] = hashlib.sha256((HERE / row["file"]).read_bytes()).hexdigest()
    (HERE / "SOURCES.yaml").write_text(yaml.safe_dump(listed, allow_unicode=True, sort_keys=False), encoding="utf-8")


if __name__ == "__main__":
    main()
