"""掌上地图数据 what the map in the browser needs: districts, sites, names, and one site with its reasons.

Every function takes the viewer first and returns only what he may see. Tables travel column by column, terms as
numbers into lists of labels; money in 万元, positions in units of 1e-5 degrees (about 1 m, EPSG:4490).
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from geo import classify, topology
from monitor.errors import NotFound
from monitor.model import NATION, Reason, Viewer
from monitor.tables import ProjectList, ProjectLocation, ReportingUnit
from monitor.terms import Colour, Confidence, Stage, Term, Tier

Document = dict[str, Any]
NO_PLACE = "没有可用的地址或坐标,请在项目库补充"
LEVELS = ("province", "city", "county")
MONEY = {
    "total": "total_investment_wan_yuan",
    "plan": "annual_plan_wan_yuan",
    "to_date": "plan_to_date_wan_yuan",
    "done": "year_investment_wan_yuan",
}


def time_progress_pct(as_of: date) -> float:
    """序时进度 share of the year's months that have passed at the end of the month of ``as_of``, in %."""
    return round(as_of.month / 12 * 100, 2)


def units(engine: Engine) -> pd.DataFrame:
    """填报单元表 all reporting units by code: name, full_name, kind, parent_code, within."""
    with Session(engine) as session:
        rows = session.execute(select(*ReportingUnit.__table__.columns)).all()
    return pd.DataFrame(rows, columns=[c.name for c in ReportingUnit.__table__.columns]).set_index("code")


def lists(engine: Engine) -> list[tuple[str, str]]:
    """项目清单 key and label of every list, in their order."""
    with Session(engine) as session:
        rows = session.execute(select(ProjectList.key, ProjectList.label).order_by(ProjectList.position))
        return [(key, label) for key, label in rows]


def lineage(table: pd.DataFrame, code: str) -> list[str]:
    """上级链 the unit and its superiors, lowest first, without the nation."""
    chain: list[str] = []
    while code in table.index and code not in chain and code != NATION:
        chain.append(code)
        code = str(table.loc[code, "parent_code"])
    return chain


def districts(viewer: Viewer, tree: gpd.GeoDataFrame, lines: gpd.GeoDataFrame, table: pd.DataFrame) -> Document:
    """行政区划 the viewer's districts as a tree, and the topology of those without a district below.

    Parameters
    ----------
    viewer : Viewer
        Gets the districts of his own; of a zone, those it lies in.
    tree : GeoDataFrame
        ``geo.boundaries.load_districts``: by adcode name, parent_adcode, leaf, lon, lat, geometry; EPSG:4490.
    lines : GeoDataFrame
        Lines of a map of the whole country (name, geometry), sent to a viewer of the whole country only.
    table : DataFrame
        ``units(engine)``.
    """
    shown = tree[_seen(viewer, tree, table)]
    leaves = shown[shown["leaf"]]
    made = topology.build(leaves)
    return {
        "step": topology.STEP,
        "code": shown.index.tolist(),
        "name": shown["name"].tolist(),
        "parent": shown["parent_adcode"].tolist(),
        "label": _grid(shown[["lon", "lat"]].to_numpy()),
        "leaves": np.flatnonzero(shown["leaf"]).tolist(),
        "xy": made.steps().ravel().tolist(),
        **{name: getattr(made, name).tolist() for name in ("arc_ends", "refs", "ring_ends", "district_ends")},
        "lines": _lines(lines) if viewer.unit_code == NATION else [],
    }


def _seen(viewer: Viewer, tree: gpd.GeoDataFrame, table: pd.DataFrame) -> NDArray[np.bool_]:
    """Which districts the viewer's own district holds; of a zone, those it lies in."""
    if viewer.unit_code == NATION:
        return np.ones(len(tree), bool)
    own = set(table["within"].get(viewer.unit_code) or []) | {viewer.unit_code}
    above = tree["parent_adcode"]
    city_above = above.map(above)
    return np.asarray(tree.index.isin(own) | above.isin(own) | city_above.isin(own))


def _grid(degrees: NDArray[np.float64]) -> list[int]:
    whole: list[int] = np.rint(degrees / topology.STEP).astype(int).ravel().tolist()
    return whole


def _lines(lines: gpd.GeoDataFrame) -> list[Document]:
    parts = lines.explode(ignore_index=True)
    return [
        {"name": name, "xy": _grid(np.array(line.coords))}
        for name, line in zip(parts["name"], parts.geometry, strict=True)
    ]


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
            "list": lists(engine),
            "sector": [(sector, sector) for sector in sorted(frame["sector"].dropna().unique())],
        },
        "columns": _site_columns(frame, named, placed, [key for key, _ in lists(engine)]),
        "breaks": _breaks(frame, table),
        "unplaced": _unplaced(frame.index[~placed], engine),
    }


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
    row = frame.loc[project_id]
    chain = lineage(units(engine), row["unit_code"])
    table = units(engine).loc[chain[::-1]]
    return {
        "id": project_id,
        "as_of": as_of.isoformat(),
        "name": row["name"],
        "code": row["code"] or "",
        "district": "".join(dict.fromkeys(table["name"])),
        "colour": row["colour"],
        "reasons": [_reason(reason) for reason in row["reasons"]],
        "place": Confidence.labels()[row["location_confidence"]],
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
    return value if isinstance(value, str) else "" if value is None else f"{value:.10g}"


def _branches(codes: Iterable[str], table: pd.DataFrame) -> list[str]:
    """The units and all above them."""
    return sorted({code for unit in codes for code in [unit, *lineage(table, unit)]})


def _unit_columns(named: dict[str, int], table: pd.DataFrame) -> Document:
    shown = table.reindex(list(named))
    return {
        "code": list(named),
        "name": shown["name"].fillna(pd.Series(named, index=shown.index).index.to_series()).tolist(),
        "kind": shown["kind"].fillna("").tolist(),
        "parent": [named.get(str(parent), -1) for parent in shown["parent_code"]],
    }


def _site_columns(frame: pd.DataFrame, named: dict[str, int], placed: "pd.Series[bool]", keys: list[str]) -> Document:
    exact = frame["location_confidence"].eq(Confidence.EXACT.value)
    lists_of, list_sets = _sets(frame["lists"], keys)
    tiers_of, tier_sets = _sets(frame["tiers"], list(Tier.labels()))
    sectors = sorted(frame["sector"].dropna().unique())
    return {
        "id": frame.index.tolist(),
        "unit": frame["unit_code"].map(named).tolist(),
        "lon": _scaled(frame["lon"], placed),
        "lat": _scaled(frame["lat"], placed),
        "placed": placed.astype(int).tolist(),
        "approximate": (~exact).astype(int).tolist(),
        "sample": frame["is_sample"].astype(int).tolist(),
        "light": _numbers(frame["colour"], list(Colour.labels())),
        "stage": _numbers(frame["stage"], list(Stage.labels())),
        "sector": _numbers(frame["sector"], sectors),
        "list": lists_of,
        "list_sets": list_sets,
        "tier": tiers_of,
        "tier_sets": tier_sets,
        **{name: _figures(frame[column]) for name, column in MONEY.items()},
        "physical": _figures(frame["physical_pct"]),
    }


def _breaks(frame: pd.DataFrame, table: pd.DataFrame) -> dict[str, dict[str, list[float]]]:
    """Limits of the classes by level and shade, from all the viewer's projects, so that no filter moves them."""
    chains = {str(code): lineage(table, str(code)) for code in frame["unit_code"].unique()}
    found = {}
    for depth, level in enumerate(LEVELS):
        unit = frame["unit_code"].map(
            {code: (chain or [code])[max(-len(chain), -1 - depth)] for code, chain in chains.items()}
        )
        planned = frame[frame[MONEY["plan"]] > 0].groupby(unit)
        sums = pd.DataFrame({"count": frame.groupby(unit).size(), "plan": planned[MONEY["plan"]].sum()})
        sums["completion"] = planned[MONEY["done"]].sum() * 100 / sums["plan"]
        found[level] = {str(shade): classify.breaks(sums[shade].to_numpy(float)) for shade in sums}
    return found


def _scaled(degrees: pd.Series, placed: "pd.Series[bool]") -> list[int]:
    whole: list[int] = np.rint(degrees.where(placed, 0.0).to_numpy(float) * 1e5).astype(int).tolist()
    return whole


def _figures(column: pd.Series) -> list[float | None]:
    """One decimal, None where there is none (JSON knows no NaN)."""
    values = np.round(column.to_numpy(float), 1)
    return [None if missing else value for missing, value in zip(np.isnan(values), values.tolist(), strict=True)]


def _numbers(column: pd.Series, keys: Sequence[str]) -> list[int]:
    """Position of each value among the keys, -1 where it is none of them."""
    numbers: list[int] = pd.Index(keys, dtype=object).get_indexer(pd.Index(column)).tolist()
    return numbers


def _sets(column: pd.Series, keys: Sequence[str]) -> tuple[list[int], list[list[int]]]:
    """Each value as a number of a distinct set, and the sets as positions among the keys."""
    codes, found = pd.factorize(column)
    position = {key: number for number, key in enumerate(keys)}
    return codes.tolist(), [[position[key] for key in value if key in position] for value in found]


def _labels(term: type[Term]) -> list[tuple[str, str]]:
    return list(term.labels().items())


def _unplaced(ids: pd.Index, engine: Engine) -> Document:
    """Reason by project, from the notes of its latest location."""
    reasons = {str(project): NO_PLACE for project in ids}
    with Session(engine) as session:
        wanted = select(ProjectLocation.project_id, ProjectLocation.notes).order_by(ProjectLocation.revision)
        for project, notes in session.execute(wanted.where(ProjectLocation.lon.is_(None))):
            if str(project) in reasons and notes:
                reasons[str(project)] = "、".join(notes)
    return reasons
