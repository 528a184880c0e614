"""CPU seconds of 区县比较: first visit to a fresh server, the same after warming, rerun, second visit.

Usage: python benchmarks/comparison_page.py HOME [--warm]     (HOME: a store, e.g. of ``palmmap init --demo``)
"""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[1]
BUDGET_S = {"cold": 2.0, "rerun": 0.5, "again": 0.5}


def timed(name: str, run: Callable[[], object]) -> None:
    before = time.process_time()
    run()
    told = f"goal {BUDGET_S[name]} s" if name in BUDGET_S else ""
    print(f"{name:8s}{time.process_time() - before:8.2f} CPU-s  {told}")


def main() -> None:
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    os.environ["PALMMAP_HOME"] = sys.argv[1]
    from streamlit.testing.v1 import AppTest

    from monitor.ui import warming
    from monitor.web import data, menu, server
    from monitor.web.access import LOCAL

    assert server.create_app
    menu.MENU = tuple(sorted(menu.MENU, key=lambda page: page.address != "comparison"))
    if "--warm" in sys.argv:
        data.warm(LOCAL)
        timed("warm", lambda: warming.comparison(LOCAL))
    page = AppTest.from_file(str(ROOT / "app.py"), default_timeout=300)
    timed("cold", page.run)
    assert not page.exception, page.exception
    timed("rerun", page.run)
    timed("again", AppTest.from_file(str(ROOT / "app.py"), default_timeout=300).run)


if __name__ == "__main__":
    main()
