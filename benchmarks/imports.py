"""Import of a list of projects from xlsx, beside what one would write at first: pandas.read_excel and a row loop.

    python benchmarks/imports.py [--rows 10000] [--without-plain]

The plain way reads the sheet into a table and inserts it row by row into SQLite: it checks nothing, places nothing,
matches nothing and keeps no record. palmmap does all of that. Both write to a file on the same disk.
"""

import argparse
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import openpyxl
import pandas as pd

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


def plain(path: Path, folder: Path) -> Seconds:
    wall, processor = time.perf_counter(), time.process_time()
    table = pd.read_excel(path, header=2, engine="openpyxl")
    with sqlite3.connect(folder / "plain.db") as connection:
        for at in range(len(table)):
            table.iloc[[at]].to_sql("project", connection, if_exists="append", index=False)
    return time.perf_counter() - wall, time.process_time() - processor


def palmmap(folder: Path, *command: str) -> Seconds:
    """A command from its start to its end: seconds on the wall, and of the processor, which tell more on a busy day."""
    before, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(
        [sys.executable, "-c", "from monitor.cli import main; main()", *command],
        env=os.environ | {"PALMMAP_HOME": str(folder), "DATABASE_URL": ""},
        stdout=subprocess.DEVNULL,
        check=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.perf_counter() - wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--without-plain", action="store_true", help="leave the plain way out; it takes minutes")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "list.xlsx"
        write_sheet(path, options.rows)
        palmmap(folder, "init")
        take = ("import", "projects", str(path))
        seconds = {
            "palmmap import --dry-run": palmmap(folder, *take, "--dry-run"),
            "palmmap import, empty store": palmmap(folder, *take),
            "palmmap import, the same again": palmmap(folder, *take),
        }
        if not options.without_plain:
            seconds["read_excel + row loop to_sql"] = plain(path, folder)
    load = os.getloadavg()[0]
    print(f"{options.rows} rows, 28 columns, xlsx; load {load:.1f}; goal <= {GOAL_SECONDS:.0f} s on the wall")
    print(f"{'':32}{'wall':>7}{'CPU':>7} seconds")
    for way, (wall, processor) in seconds.items():
        print(f"{way:32}{wall:7.1f}{processor:7.1f}", flush=True)


if __name__ == "__main__":
    main()
