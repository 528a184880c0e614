"""核查单 a printable page of one inspection: both pictures, evidence, reported figures, decision, signature lines.

Plain HTML for A4; it asks for nothing but the two pictures and the photos of the decisions, which this server has.
"""

from functools import cache
from http import HTTPStatus
from pathlib import Path

from jinja2 import Environment, StrictUndefined, Template
from sqlalchemy import Engine
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from monitor import formats, store
from monitor.errors import NotFound
from monitor.imagery_messages import method
from monitor.messages import explain, told
from monitor.model import Viewer
from monitor.queries.dossier import dossier
from monitor.queries.imagery import inspection, photo_address, project_imagery
from monitor.terms import Duty, ImageryDecision, ImageryFinding, ImageryStage, ProblemStatus
from monitor.web.data import ViewerOf

PREFIX = "/palmmap/inspections"
PAGE = Path(__file__).parent / "inspection_sheet.html"
TERMS = {
    "findings": ImageryFinding.labels(),
    "stages": ImageryStage.labels(),
    "decisions": ImageryDecision.labels(),
    "statuses": ProblemStatus.labels(),
}


def sheet_address(inspection_id: int) -> str:
    """核查单网址 address of the printable page of an inspection."""
    return f"{PREFIX}/{inspection_id}/sheet.html"


def sheet(viewer: Viewer, inspection_id: int, engine: Engine) -> str:
    """核查单 HTML of an inspection with everything that was decided on it up to now.

    Raises
    ------
    NotFound
        ``inspection.not_found`` where there is no such inspection for this viewer.
    """
    row = inspection(viewer, inspection_id, engine)
    today = store.today()
    imagery = project_imagery(viewer, row["project_id"], today, engine)
    known = dossier(viewer, row["project_id"], row["after_on"], engine)
    scenes = {scene["id"]: scene for scene in imagery.scenes.to_dict("records")}
    holders = [duty["holder"] for duty in known.duties if duty["duty"] in (Duty.RESPONSIBLE, Duty.BUILDER)]
    decided = [one for one in imagery.decisions if one["inspection_id"] == inspection_id]
    return _page().render(
        row=row,
        project=known.project,
        units=known.units,
        holders=holders,
        pair=[("前期", scenes[row["before_id"]]), ("后期", scenes[row["after_id"]])],
        decided=decided,
        problems=[one for one in imagery.problems if one["decision_id"] in {said["id"] for said in decided}],
        printed_on=today,
        **TERMS,
    )


@cache
def _page() -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    for name in ("money", "number", "percent", "moment", "chinese_date", "day", "signed"):
        environment.filters[name] = getattr(formats, name)
    environment.filters |= {"method": method, "told": told}
    environment.globals |= {"signature": formats.signature, "photo_address": photo_address}
    return environment.from_string(PAGE.read_text(encoding="utf-8"))


def routes(viewer_of: ViewerOf) -> list[Route]:
    """核查单路由 route of the printable page, for the viewer of each request only."""

    def answer(request: Request) -> Response:
        try:
            body = sheet(viewer_of(request), request.path_params["inspection"], store.engine())
        except NotFound as refusal:
            return HTMLResponse(f"<!doctype html><p>{explain(refusal)}</p>", HTTPStatus.NOT_FOUND)
        return HTMLResponse(body, headers={"Cache-Control": "no-store"})

    return [Route(f"{PREFIX}/{{inspection:int}}/sheet.html", answer)]
