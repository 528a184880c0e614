"""Import of a list of projects from xlsx, beside what one would write at first: pandas.read_excel and a row loop.

    python benchmarks/imports.py [--rows 10000]

The plain way reads the sheet into a table and inserts it row by row into SQLite: it checks nothing, places nothing,
matches nothing and keeps no record. palmmap does all of that. Both write to a file on the same disk.
"""

import argparse
import sqlite3
import tempfile
import time
from pathlib import Path

import openpyxl
import pandas as pd
from tqdm import tqdm

from monitor import store
from monitor.model import Viewer
from monitor.services.imports import import_projects
from monitor.settings import Settings

COUNTIES = [
    "潞州区",
    "上党区",
    "屯留区",
    "潞城区",
    "襄垣县",
    "平顺县",
    "黎城县",
    "壶关县",
    "长子县",
    "武乡县",
    "沁县",
    "沁源县",
]
GOAL_SECONDS = 10.0


def write_sheet(path: Path, rows: int) -> None:
    """A list as cities keep it: a title, a unit, a header of two rows, totals, months, dates in words."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("清单")
    months = [f"{month}月" for month in range(1, 13)]
    sheet.append(["长治市2024年重点项目清单"])
    sheet.append(["单位:万元"])
    fixed = [
        "序号",
        "项目名称",
        "项目代码",
        "所属区县",
        "建设地点",
        "行业",
        "建设性质",
        "总投资",
        "开工时间",
        "竣工时间",
        "责任单位",
        "建设单位",
        "包抓领导",
    ]
    sheet.append([*fixed, "2024年度计划投资", *[None] * 12, "1-10月完成投资", "形象进度"])
    sheet.append([*[None] * len(fixed), "合计", *months])
    for number in range(1, rows + 1):
        county = COUNTIES[number % len(COUNTIES)]
        code = f"2401-1404{number % 12:02d}-04-01-{number:06d}"
        where = f"{county}第{number % 40}工业园区"
        nature = "续建" if number % 3 else "新建"
        who = [f"{county}人民政府、市发改委", f"第{number % 700}建设公司", f"领导{number % 30}"]
        dates = ["2023年6月底", "2025年上半年"] if number % 2 else [45100, "2025.12"]
        shares = [float(number % 100)] * 12
        line = [
            number,
            f"{county}{number}号建设项目",
            code,
            county,
            where,
            "制造业",
            nature,
            5000 + number,
            *dates,
            *who,
        ]
        sheet.append([*line, sum(shares), *shares, 800.5, number % 101])
    sheet.append(["合计", None, None, None, None, None, None, 1])
    book.save(path)


Seconds = tuple[float, float]


def clock() -> Seconds:
    """Seconds on the wall, and of the processor: on a busy machine the second tells more."""
    return time.perf_counter(), time.process_time()


def since(started: Seconds) -> Seconds:
    wall, processor = clock()
    return wall - started[0], processor - started[1]


def plain(path: Path, folder: Path) -> Seconds:
    started = clock()
    table = pd.read_excel(path, header=2, engine="openpyxl")
    with sqlite3.connect(folder / "plain.db") as connection:
        for at in range(len(table)):
            table.iloc[[at]].to_sql("project", connection, if_exists="append", index=False)
    return since(started)


def palmmap(path: Path, folder: Path) -> list[Seconds]:
    engine = store.engine(Settings(folder, f"sqlite:///{folder / 'palmmap.db'}", ""))
    store.initialise(engine)
    seconds = []
    for _ in range(2):
        started = clock()
        result = import_projects(Viewer("基准"), path, engine, track=tqdm)
        seconds.append(since(started))
        print(f"  accepted {result.accepted}, created {result.created}, unchanged {result.unchanged}")
    return seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000)
    rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "list.xlsx"
        write_sheet(path, rows)
        first, again = palmmap(path, folder)
        other = plain(path, folder)
    print(f"{rows} rows, 28 columns, xlsx")
    print("                                   wall    CPU, seconds")
    print(
        f"palmmap import, empty store      {first[0]:6.1f} {first[1]:6.1f}   (goal <= {GOAL_SECONDS:.0f} for 10,000)",
        flush=True,
    )
    print(f"palmmap import, the same again   {again[0]:6.1f} {again[1]:6.1f}")
    print(f"read_excel + row loop to_sql     {other[0]:6.1f} {other[1]:6.1f}   (no checks, no places, no record)")


if __name__ == "__main__":
    main()
