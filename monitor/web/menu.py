"""菜单 every page of the product, declared once; app.py hands it to Streamlit, and the bar above all pages shows it.

The bar is plain HTML in the page itself: it stands before Streamlit is there, and costs the page nothing to draw.
"""

from dataclasses import dataclass
from html import escape

from monitor.web import assets


@dataclass(frozen=True)
class MenuPage:
    """菜单项 one page: its file, title, address and section.

    Attributes
    ----------
    path : str
        File below the checkout, never directly under ``pages/`` (design.md, "Traps").
    title : str
        Chinese title in the menu and in the browser's tab.
    address : str
        URL path, e.g. ``library``.
    section : str
        Menu section; empty for the pages that stand beside each other in the bar.
    hidden : bool
        Reached by links only, not listed in the menu.
    """

    path: str
    title: str
    address: str
    section: str = ""
    hidden: bool = False


MENU: tuple[MenuPage, ...] = (
    MenuPage("pages/overview/palm_map.py", "掌上地图", "map"),
    MenuPage("pages/overview/comparison.py", "区县比较", "comparison"),
    MenuPage("pages/projects/library.py", "项目库", "library"),
    MenuPage("pages/projects/dossier.py", "一项一档", "dossier", hidden=True),
    MenuPage("pages/dispatch/rounds.py", "调度填报", "rounds"),
    MenuPage("pages/imagery/inspection.py", "影像核查", "inspection"),
    MenuPage("pages/admin/imports.py", "导入", "imports", "管理"),
    MenuPage("pages/admin/rules.py", "规则", "rules", "管理"),
)
"""The first page is the one that opens at the root address."""


def bar() -> str:
    """菜单栏 the bar above all pages as HTML: the name, the pages, and sections as a list that opens."""
    sections = dict.fromkeys(page.section for page in MENU if page.section)
    lists = (
        f"<details><summary>{escape(section)}</summary><div>{_links(section)}</div></details>" for section in sections
    )
    icon = f'<img src="{assets.address("icon.svg")}" alt="">'
    home = f'<a class="home" href="/">{icon}<b>掌上地图</b><span>palmmap</span></a>'
    return f'<nav class="palmmap-bar" aria-label="页面菜单">{home}{_links("")}{"".join(lists)}</nav>'


def _links(section: str) -> str:
    shown = [page for page in MENU if page.section == section and not page.hidden]
    addresses = ("" if page is MENU[0] else page.address for page in shown)
    return "".join(f'<a href="/{a}">{escape(page.title)}</a>' for a, page in zip(addresses, shown, strict=True))
