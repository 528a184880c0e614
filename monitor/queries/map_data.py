"""掌上地图数据 what the map in the browser needs: sites, names, and one site with its reasons.

Every function takes the viewer first and returns only what he may see. Tables are columns (arrays), terms
numbers into lists of labels; money in 万元, positions in metres of the browser's projection (EPSG:3857).
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import date
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import Engine, select

from geo import classify
from monitor import rules, store
from monitor.errors import BadInput, NotFound
from monitor.formats import chinese_date
from monitor.lights.progress import expected_share_pct
from monitor.model import NATION, Reason, Viewer
from monitor.queries.imagery import Row, newest_inspection
from monitor.queries.list_targets import due_now
from monitor.queries.map_districts import MERCATOR, Document, below, lineage, units
from monitor.rules import Columns
from monitor.tables import ProjectList, ProjectLocation
from monitor.terms import Channel, Colour, Confidence, ImageryFinding, Stage, Term, Tier, UnitKind

Ints = NDArray[np.int64]

NO_PLACE = "没有可用的地址或坐标，请在项目库补充"
MONEY = {
    "total": "total_investment_wan_yuan",
    "plan": "annual_plan_wan_yuan",
    "to_date": "plan_to_date_wan_yuan",
    "done": "year_investment_wan_yuan",
}


def time_progress_pct(as_of: date) -> float:
    """序时进度 share of the year's months that have passed at the end of the month of ``as_of``, in %."""
    return round(as_of.month / 12 * 100, 2)


def lists(engine: Engine) -> list[tuple[str, str]]:
    """项目清单 key and label of every list, in their order."""
    with store.reachable(engine) as connection:
        rows = connection.execute(select(ProjectList.key, ProjectList.label).order_by(ProjectList.position))
        return [(key, label) for key, label in rows]


def sites(viewer: Viewer, as_of: date, frame: pd.DataFrame, engine: Engine) -> Document:
    """项目图层 every project of the viewer as columns, those without a place with the reason.

    Parameters
    ----------
    viewer : Viewer
        Who is named in the answer.
    as_of : date
        The day of the figures.
    frame : DataFrame
        ``situation(viewer, as_of, engine)``: FACT_COLUMNS, colour, reasons.
    engine : Engine
        The store, for units, lists and the notes of locations.
    """
    table = units(engine)
    named = {code: number for number, code in enumerate(_branches(frame["unit_code"].unique(), table))}
    placed = frame["lon"].notna() & frame["lat"].notna()
    return {
        "as_of": as_of.isoformat(),
        "viewer": {"name": viewer.name, "unit": viewer.unit_code},
        "time_progress_pct": time_progress_pct(as_of),
        "units": _unit_columns(named, table),
        "terms": {
            "light": _labels(Colour),
            "stage": _labels(Stage),
            "tier": _labels(Tier),
            "channel": _labels(Channel),
            "list": lists(engine),
            "sector": [(sector, sector) for sector in sorted(frame["sector"].dropna().unique())],
        },
        "columns": _site_columns(frame, named, placed, [key for key, _ in lists(engine)]),
        "breaks": _breaks(frame, table),
        "unplaced": _unplaced(frame.index[~placed], engine),
        "goals": _goals(viewer, as_of, frame, table),
    }


def _goals(viewer: Viewer, as_of: date, frame: pd.DataFrame, table: pd.DataFrame) -> dict[str, list[Document]]:
    """By unit, the lists whose quarters its plan states; of units that the viewer sees whole.

    Where a plan's figures contradict each other, the page of the plan says so; the map does without them.
    """
    facts, visible = Columns(frame), below(table, viewer.unit_code)
    found = dict[str, list[Document]]()
    for plan in map(rules.plan, rules.plan_keys()):
        if plan.unit_code in visible:
            with suppress(BadInput):
                found.setdefault(plan.unit_code, []).extend(
                    {"name": name, "due": float(due), "done": float(done)}
                    for name, due, done in due_now(plan.key, facts, as_of)
                )
    return {unit: rows for unit, rows in found.items() if rows}


def names(frame: pd.DataFrame) -> Document:
    """名称与代码 what is searched, in the order of ``sites``."""
    return {"name": frame["name"].tolist(), "code": frame["code"].fillna("").tolist()}


def site(viewer: Viewer, as_of: date, project_id: int, frame: pd.DataFrame, engine: Engine) -> Document:
    """单个项目 the card of one project: where it is, its light, and why.

    Raises
    ------
    NotFound
        ``project.unknown`` where there is none, or not in the viewer's district.
    """
    if project_id not in frame.index:
        raise NotFound("project.unknown", project=project_id)
    row = frame.loc[[project_id]].iloc[0].to_dict()
    table = units(engine)
    above = table.loc[lineage(table, row["unit_code"])[::-1], "name"]
    return {
        "id": project_id,
        "as_of": as_of.isoformat(),
        "name": row["name"],
        "code": row["code"] or "",
        "district": "".join(dict.fromkeys(above)),
        "colour": row["colour"],
        "reasons": [_reason(reason) for reason in row["reasons"]],
        "place": Confidence.labels()[row["location_confidence"]],
        "imagery": _imagery(newest_inspection(viewer, project_id, as_of, engine)),
    }


def _imagery(inspected: Row | None) -> Document | None:
    """Finding, days and pictures of an inspection."""
    if inspected is None:
        return None
    return {
        "finding": ImageryFinding.labels()[inspected["finding"]],
        "sample": bool(inspected["is_sample"]),
        "pictures": [
            {"on": chinese_date(inspected[f"{side}_on"]), "address": inspected["pictures"][side]}
            for side in ("before", "after")
        ],
    }


def _reason(reason: Reason) -> Document:
    return {
        "colour": reason.colour.value,
        "text": reason.text,
        "rule": reason.rule,
        "value": _plain(reason.value),
        "threshold": _plain(reason.threshold),
        "document": reason.reference.document if reason.reference else "",
        "clause": reason.reference.clause if reason.reference else "",
    }


def _plain(value: float | str | None) -> str:
    return value if isinstance(value, str) else "" if value is None else f"{round(value, 2):.10g}"


def _branches(codes: Iterable[str], table: pd.DataFrame) -> list[str]:
    """The units and all above them."""
    return sorted({code for unit in codes for code in [unit, *lineage(table, unit)]})


def _unit_columns(named: dict[str, int], table: pd.DataFrame) -> Document:
    shown = table.reindex(list(named))
    return {
        "code": list(named),
        "name": shown["name"].fillna(pd.Series(named, index=shown.index).index.to_series()).tolist(),
        "kind": shown["kind"].fillna("").tolist(),
        "parent": np.array([named.get(str(parent), -1) for parent in shown["parent_code"]], np.int64),
    }


def _site_columns(frame: pd.DataFrame, named: dict[str, int], placed: "pd.Series[bool]", keys: list[str]) -> Document:
    exact = frame["location_confidence"].eq(Confidence.EXACT.value)
    lists_of, list_sets = _sets(frame["lists"], keys)
    tiers_of, tier_sets = _sets(frame["tiers"], list(Tier.labels()))
    channels_of, channel_sets = _sets(frame["channels"], list(Channel.labels()))
    sectors = sorted(frame["sector"].dropna().unique())
    return {
        "id": frame.index.to_numpy(),
        "unit": frame["unit_code"].map(named).to_numpy(np.int64),
        **_positions(frame, placed),
        "placed": placed.to_numpy(np.int64),
        "approximate": (~exact).to_numpy(np.int64),
        "sample": frame["is_sample"].to_numpy(np.int64),
        "light": _numbers(frame["colour"], list(Colour.labels())),
        "stage": _numbers(frame["stage"], list(Stage.labels())),
        "sector": _numbers(frame["sector"], sectors),
        "list": lists_of,
        "list_sets": list_sets,
        "tier": tiers_of,
        "tier_sets": tier_sets,
        "channel": channels_of,
        "channel_sets": channel_sets,
        **{name: _figures(frame[column]) for name, column in MONEY.items()},
        "physical": _figures(frame["physical_pct"]),
        "expected": np.round(expected_share_pct(frame), 1),
    }


def _breaks(frame: pd.DataFrame, table: pd.DataFrame) -> dict[str, dict[str, list[float]]]:
    """Limits of the classes by unit and shade, from all the viewer's projects, so that no filter moves them.

    The key of a unit stands for the districts just below it; with ``*`` for the lowest districts in it.
    """
    planned = frame[MONEY["plan"]] > 0
    figures = {
        "count": planned | True,
        "plan": frame[MONEY["plan"]].where(planned),
        "done": frame[MONEY["done"]].where(planned),
    }
    own = pd.DataFrame(figures).groupby(frame["unit_code"]).sum()
    pairs = [(code, *pair) for code in own.index for pair in _shown_as(code, table)]
    shown = pd.DataFrame(pairs, columns=["unit_code", "key", "group"]).join(own, on="unit_code")
    sums = shown.groupby(["key", "group"])[["count", "plan", "done"]].sum().reset_index("group")
    sums["completion"] = sums["done"] * 100 / sums["plan"]
    return {
        str(key): {shade: classify.breaks(part[shade].to_numpy(float)) for shade in ("count", "plan", "completion")}
        for key, part in sums.groupby(level="key")
    }


def _shown_as(code: str, table: pd.DataFrame) -> Iterator[tuple[str, str]]:
    """Keys of the maps on which a unit's projects colour a district, and that district."""
    chain = [unit for unit in lineage(table, code) if table.loc[unit, "kind"] not in (UnitKind.ZONE, UnitKind.BUCKET)]
    for lower, upper in pairwise([*chain, NATION]):
        yield upper, lower
        yield f"{upper}*", chain[0]


def _positions(frame: pd.DataFrame, placed: "pd.Series[bool]") -> dict[str, Ints]:
    """Positions in whole metres of the browser's projection; 0 for a project without a place."""
    lon, lat = (frame[axis].where(placed, 0.0) for axis in ("lon", "lat"))
    points = gpd.GeoSeries(gpd.points_from_xy(lon, lat), crs="EPSG:4490").to_crs(MERCATOR)
    return {"x": points.x.round().to_numpy(np.int64), "y": points.y.round().to_numpy(np.int64)}


def _figures(column: pd.Series) -> NDArray[np.float64]:
    """One decimal, NaN where there is none."""
    return np.round(column.to_numpy(float), 1)


def _numbers(column: pd.Series, keys: Sequence[str]) -> Ints:
    """Position of each value among the keys, -1 where it is none of them."""
    return np.asarray(column.map({key: number for number, key in enumerate(keys)}).fillna(-1), np.int64)


def _sets(column: pd.Series, keys: Sequence[str]) -> tuple[Ints, list[list[int]]]:
    """Each value as a number of a distinct set, and the sets as positions among the keys."""
    codes, found = pd.factorize(column)
    position = {key: number for number, key in enumerate(keys)}
    return codes.astype(np.int64), [[position[key] for key in value if key in position] for value in found]


def _labels(term: type[Term]) -> list[tuple[str, str]]:
    return list(term.labels().items())


def _unplaced(ids: pd.Index, engine: Engine) -> Document:
    """Reason by project, from the notes of its latest location."""
    reasons = {str(project): NO_PLACE for project in ids}
    with store.reachable(engine) as connection:
        wanted = select(ProjectLocation.project_id, ProjectLocation.notes).order_by(ProjectLocation.revision)
        for project, notes in connection.execute(wanted.where(ProjectLocation.lon.is_(None))):
            if str(project) in reasons and notes:
                reasons[str(project)] = "、".join(notes)
    return reasons
