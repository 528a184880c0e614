"""通报文书 printable pages of a quarter: the bulletin of a plan, and the letter to one unit under one of its clauses.

Plain HTML for A4 that asks for nothing; number, seal and date of issue are left for the office that issues it.
"""

import re
from collections.abc import Callable
from datetime import date
from functools import cache
from html import unescape
from http import HTTPStatus
from itertools import groupby
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, StrictUndefined, Template
from sqlalchemy import Engine
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from monitor import formats, store
from monitor.errors import NotFound
from monitor.exchange.word import document
from monitor.indicators import attainment_pct
from monitor.messages import explain
from monitor.model import Viewer
from monitor.queries.consequences import quarter_of
from monitor.queries.facts import month_end
from monitor.queries.notices import Notice, entry_of, lagging, notice
from monitor.terms import ConsequenceDecision
from monitor.web.data import ViewerOf

PREFIX = "/palmmap/notices"
FOLDER = Path(__file__).parent
FORMS = ("html", "docx")
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TITLE = re.compile("<title>(.*?)</title>")
KEPT_NOWHERE = {"Cache-Control": "no-store"}
LISTED = 10
"""Most projects that a letter names."""
PRAISING = ("first", "reached", "exceeded")
"""Functions of clauses that praise or prefer a unit."""


def bulletin_address(plan: str, end_on: date) -> str:
    """季度通报网址 address of the printable bulletin of a plan for the quarter that ends on a day."""
    year, quarter = quarter_of(end_on)
    return f"{PREFIX}/{quote(plan)}/{year}/{quarter}/bulletin.html"


def letter_address(plan: str, end_on: date, clause: str, unit: str) -> str:
    """文书网址 address of the printable letter to a unit under a clause."""
    return bulletin_address(plan, end_on).replace("bulletin.html", f"{quote(clause)}/{quote(unit)}.html")


def quarter_end(year: int, quarter: int) -> date:
    """季末 last day of a quarter (``notice.not_found`` where there is no such quarter)."""
    if not (2000 <= year <= 2999 and 1 <= quarter <= 4):
        raise NotFound("notice.not_found")
    return month_end(year, 3 * quarter)


def bulletin(said: Notice, served: bool = False) -> str:
    """季度通报 HTML of the ranking of a quarter, its method, and what follows by clause (see ``notices.notice``).

    ``served``: the page stands beside its Word document, and has a button for it.
    """
    clauses = [(rule, list(held)) for rule, held in groupby(said.entries, key=lambda entry: entry.hit.rule)]
    return _page("bulletin.html").render(**_common(said), served=served, clauses=clauses)


def letter(
    viewer: Viewer, plan: str, end_on: date, clause: str, unit: str, engine: Engine, served: bool = False
) -> str:
    """单位文书 HTML of the letter (提醒函, 约谈通知书 …) to a unit under a clause, with the figures it rests on.

    Raises
    ------
    NotFound
        ``notice.not_found`` where the clause says nothing of the unit, or the viewer may not see it.
    """
    said = notice(viewer, plan, end_on, engine)
    entry = entry_of(said, clause, unit)
    place = next((place for place in said.made.places if place.unit == unit), None)
    label, praising = entry.hit.rule.label, entry.hit.rule.function in PRAISING
    return _page("letter.html").render(
        **_common(said),
        served=served,
        entry=entry,
        title=label if label.endswith("函") else f"{label}通知书",
        praising=praising,
        parts=[part for part in place.parts if part.value is not None] if place else [],
        addressee=f"{said.names[unit]}（{entry.hit.rule.options['who']}）" if unit in said.names else unit,
        behind=[] if praising else list(lagging(viewer, said, unit, engine).itertuples()),
        shown=LISTED,
    )


def _common(said: Notice) -> dict[str, object]:
    quarter = formats.quarter_words(*quarter_of(said.end_on))
    decisions, confirmed = ConsequenceDecision.labels(), ConsequenceDecision.CONFIRMED.value
    return {
        "said": said, "quarter": quarter, "printed_on": store.today(), "decisions": decisions, "confirmed": confirmed
    }  # fmt: skip


@cache
def _page(name: str) -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    for filter_name in ("number", "moment", "chinese_date"):
        environment.filters[filter_name] = getattr(formats, filter_name)
    environment.filters["attainment"] = attainment_pct
    environment.globals["style"] = (FOLDER / "notice.css").read_text(encoding="utf-8")
    return environment.from_string((FOLDER / name).read_text(encoding="utf-8"))


def routes(viewer_of: ViewerOf) -> list[Route]:
    """文书路由 routes of the printable pages and their Word documents, for the viewer of each request only."""

    def answering(made: Callable[[Viewer, str, date, dict[str, str]], str]) -> Callable[[Request], Response]:
        def answer(request: Request) -> Response:
            said = request.path_params
            try:
                if said["form"] not in FORMS:
                    raise NotFound("notice.not_found")
                body = made(viewer_of(request), said["plan"], quarter_end(said["year"], said["quarter"]), said)
            except NotFound as refusal:
                return HTMLResponse(f"<!doctype html><p>{explain(refusal)}</p>", HTTPStatus.NOT_FOUND)
            if said["form"] == "html":
                return HTMLResponse(body, headers=KEPT_NOWHERE)
            name = quote(unescape(TITLE.findall(body)[0]))
            held = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}.docx"}
            return Response(document(body), headers=KEPT_NOWHERE | held, media_type=WORD)

        return answer

    of_quarter = f"{PREFIX}/{{plan}}/{{year:int}}/{{quarter:int}}"
    return [
        Route(
            f"{of_quarter}/bulletin.{{form}}",
            answering(
                lambda viewer, plan, end_on, _: bulletin(notice(viewer, plan, end_on, store.engine()), served=True)
            ),
        ),
        Route(
            f"{of_quarter}/{{clause}}/{{unit:path}}.{{form}}",
            answering(
                lambda viewer, plan, end_on, said: letter(
                    viewer, plan, end_on, said["clause"], said["unit"], store.engine(), served=True
                )
            ),
        ),
    ]
