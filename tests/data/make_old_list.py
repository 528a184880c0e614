"""Writes old_list.xls, a binary workbook (BIFF8) as Excel 97-2003 and WPS keep it; nothing else here can write one.

uv run --no-project --with xlwt==1.3.0 python tests/data/make_old_list.py
"""

from datetime import date
from pathlib import Path

import xlwt

TITLE = "长治市2024年重点项目清单"
ROWS = [
    ["一号桥", "2401-140403-04-01-000001", 1.5, date(2024, 3, 15), "2025年底", 5000, 0.6],
    ["二号厂", "2401-140403-04-01-000002", "120万元", "2023.6", 46022, 60, 0.85],
    ["三号园", "2401-140404-04-01-000003", "约两亿", date(2024, 5, 1), "2025.12", 300, 0.1],
]


def main() -> None:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("清单")
    day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    sheet.write_merge(0, 0, 0, 8, TITLE)
    sheet.write(1, 8, "单位:亿元")
    for at, header in enumerate(["序号", "项目名称", "项目代码", "所属区县", "总投资", "开工时间", "竣工时间"]):
        sheet.write_merge(2, 3, at, at, header)
    sheet.write(2, 7, "2024年度计划投资")
    sheet.write(3, 7, "合计(万元)")
    sheet.write_merge(2, 3, 8, 8, "形象进度")
    for at, (name, code, total, start, end, plan, share) in enumerate(ROWS):
        row = 4 + at
        for column, value in ((0, at + 1), (1, name), (2, code), (4, total), (6, end), (7, plan), (8, share)):
            sheet.write(row, column, value)
        sheet.write(row, 5, start, *([day] if isinstance(start, date) else []))
    sheet.write_merge(4, 5, 3, 3, "潞州区")
    sheet.write(6, 3, "上党区")
    sheet.write(7, 0, "合计")
    sheet.write(7, 4, 3)
    hidden = book.add_sheet("底稿")
    hidden.write(0, 0, "项目名称")
    hidden.write(1, 0, "不该出现的项目")
    hidden.visibility = 1
    book.save(str(Path(__file__).with_name("old_list.xls")))


if __name__ == "__main__":
    main()
