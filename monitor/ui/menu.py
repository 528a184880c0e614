"""菜单 every page of the product, declared once; app.py makes the navigation from it."""

from dataclasses import dataclass


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


def sections() -> dict[str, list[MenuPage]]:
    """按栏目分组 pages by section, in declared order."""
    grouped: dict[str, list[MenuPage]] = {}
    for page in MENU:
        grouped.setdefault(page.section, []).append(page)
    return grouped
