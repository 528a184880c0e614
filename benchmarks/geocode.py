"""Geocoding beside what a user would pick instead: jionlp and cpca, in one run.

    uv run --group bench python -m benchmarks.geocode [--addresses 10000] [--jionlp 300]

The addresses are made from the boundary tables and the statistical list of townships, never from the matcher; each is
of one form (full, shortened, former name, township only ...), with roads and companies that carry foreign place names.
Points are drawn inside the polygons and written in GCJ-02 or BD-09.
"""

import argparse
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import shapely

from geo.boundaries import Districts
from geo.datum import from_cgcs2000
from geo.geocode import Geocoder, geocode_frame

FOLDER = Path(__file__).parents[1] / "data" / "boundaries"
ROADS = ("中山路", "人民路", "北京路", "解放大道", "南京东路", "长江路", "建设街", "上海中路", "太行东街", "西安南路")
FIRMS = ("上海建工集团项目部", "中铁十二局", "河南能源院内", "江苏华建物流园", "北京首创污水处理厂")
AUTONOMOUS = ("自治县", "自治州", "自治旗", "自治区")


class Made(NamedTuple):
    form: str
    address: str
    adcode: str


def made_addresses(folder: Path, count: int, seed: int = 7) -> list[Made]:
    """Addresses with the county they stand in, drawn evenly over the forms and over the counties."""
    draw = random.Random(seed)
    districts = Districts.load(folder)
    forms = _forms(folder, districts)
    return [
        Made(form, make(draw, adcode) + _street(draw), adcode)
        for form in draw.choices(list(forms), k=count)
        for pool, make in [forms[form]]
        for adcode in [draw.choice(pool)]
    ]


def _street(draw: random.Random) -> str:
    return f"{draw.choice(ROADS)}{draw.randint(1, 300)}号" + (draw.choice(FIRMS) if draw.random() < 0.2 else "")


def _forms(folder: Path, districts: Districts) -> dict[str, tuple[list[str], Callable[[random.Random, str], str]]]:
    name, paths = districts.names, {code: districts.path(code) for code in districts.leaves()}
    mainland = [code for code in paths if code < "700000" and not code.startswith("6297") and code[:3] != "629"]
    leaves = [*mainland, "620200"]
    several = [code for code in leaves if len(paths[code]) == 3]
    own = Counter(name[code] for code in districts.names)
    unique = [code for code in leaves if own[name[code]] == 1 and len(name[code]) > 2]
    plain = [code for code in several if all(not name[up].endswith(AUTONOMOUS) for up in paths[code])]
    short = [
        code for code in plain if all(len(name[up]) > 2 and name[up][-2:] not in {"地区", "林区"} for up in paths[code])
    ]
    towns = pd.read_parquet(folder / "gazetteer.parquet")
    towns = towns[towns["upper"].isin(several) & (towns["name"].str.len() > 2) & (towns["code"] != "")]
    towns["city"] = towns["upper"].str[:4]
    in_city = towns[~towns.duplicated(["name", "city"], keep=False)].groupby("upper")["name"].apply(list).to_dict()
    alone = towns[~towns.duplicated("name", keep=False)]
    alone = alone[alone["name"].str.endswith(("镇", "乡")) & (alone["name"].str.len() > 3)]
    only = alone.groupby("upper")["name"].apply(list).to_dict()
    old = pd.read_csv(folder / "renames.csv", dtype=str, keep_default_na=False)
    old = old[old["successors"].str.fullmatch(r"\d{6}") & old["within"].str.endswith("00") & (old["within"] != "")]
    former = old[~old["within"].str.endswith("0000")].groupby("successors")["name"].apply(list).to_dict()
    former = {code: names for code, names in former.items() if len(paths.get(code, ())) == 3}
    return {
        "full": (leaves, lambda draw, code: districts.full_name(code)),
        "without province": (several, lambda draw, code: name[paths[code][1]] + name[code]),
        "without city": (unique, lambda draw, code: name[paths[code][0]] + name[code]),
        "county alone": (unique, lambda draw, code: name[code]),
        "shortened": (short, lambda draw, code: "".join(name[up][:-1] for up in paths[code][1:]) + " "),
        "former name": (list(former), lambda draw, code: name[paths[code][1]] + draw.choice(former[code])),
        "city and township": (list(in_city), lambda draw, code: name[paths[code][1]] + draw.choice(in_city[code])),
        "township alone": (list(only), lambda draw, code: draw.choice(only[code])),
    }


def ours(addresses: Sequence[str], geocoder: Geocoder) -> list[tuple[str, ...]]:
    return geocode_frame(geocoder, pd.DataFrame({"address": addresses}))["adcodes"].tolist()


def with_cpca(addresses: Sequence[str]) -> list[tuple[str, str, str]]:
    import cpca

    table = cpca.transform(list(addresses))
    return list(table[["省", "市", "区"]].fillna("").itertuples(index=False, name=None))


def with_jionlp(addresses: Sequence[str]) -> list[tuple[str, str, str]]:
    import jionlp

    found = [jionlp.parse_location(address) for address in addresses]
    return [tuple(place[key] or "" for key in ("province", "city", "county")) for place in found]


def same_place(found: tuple[str, str, str], districts: Districts, adcode: str) -> bool:
    """Whether province and county (or a city without counties) have the right names."""
    province, *_, last = [districts.names[code] for code in districts.path(adcode)]
    return found[0] == province and last in found[1:]


def timed(run: Callable[[], list]) -> tuple[list, float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    result = run()
    return result, time.perf_counter() - wall, time.process_time() - cpu


def compare(geocoder: Geocoder, count: int, jionlp_count: int) -> None:
    districts = geocoder.gazetteer.districts
    made = made_addresses(FOLDER, count)
    texts = [row.address for row in made]
    rows: dict[str, tuple[list[bool], float, float]] = {}
    found, wall, cpu = timed(lambda: ours(texts, geocoder))
    rows["palmmap"] = ([got == (row.adcode,) for got, row in zip(found, made, strict=True)], wall, cpu)
    wrong = [(row, got) for row, got in zip(made, found, strict=True) if got != (row.adcode,)]
    others: dict[str, tuple[Callable[[Sequence[str]], list], int]] = {
        "cpca": (with_cpca, count),
        "jionlp": (with_jionlp, jionlp_count),
    }
    for tool, (parse, size) in others.items():
        try:
            parse(texts[:1])
        except ImportError:
            print(f"{tool}: not installed (uv run --group bench)")
            continue
        found, wall, cpu = timed(lambda parse=parse, size=size: parse(texts[:size]))
        right = [same_place(got, districts, row.adcode) for got, row in zip(found, made[:size], strict=True)]
        rows[tool] = (right, wall, cpu)
    per = {tool: (wall / len(right), cpu / len(right)) for tool, (right, wall, cpu) in rows.items()}
    print(f"{'':18}" + "".join(f"{tool:>12}" for tool in rows))
    for form in dict.fromkeys(row.form for row in made):
        shares = [
            _share([ok for ok, row in zip(right, made, strict=False) if row.form == form])
            for right, *_ in rows.values()
        ]
        print(f"{form:18}" + "".join(f"{share:>12}" for share in shares))
    print(f"{'all':18}" + "".join(f"{_share(right):>12}" for right, *_ in rows.values()))
    print(f"{'s / 10,000 wall':18}" + "".join(f"{1e4 * per[tool][0]:>12.2f}" for tool in rows))
    print(f"{'s / 10,000 cpu':18}" + "".join(f"{1e4 * per[tool][1]:>12.2f}" for tool in rows))
    print(f"{'times as slow':18}" + "".join(f"{per[tool][0] / per['palmmap'][0]:>12.2f}" for tool in rows))
    for row, got in wrong[:12]:
        print("  not right:", row, got)


def _share(right: list[bool]) -> str:
    return f"{100 * np.mean(right):.2f} %" if right else "-"


def points(geocoder: Geocoder, count: int = 4000) -> None:
    """Points in a wrong datum: right county when read as WGS84, and after auto, as one table and row by row."""
    districts, draw = geocoder.gazetteer.districts, np.random.default_rng(7)
    adcodes = draw.choice([code for code in districts.leaves() if code < "700000"], count)
    inside = np.array([_point_in(districts.frame.geometry[code], draw) for code in adcodes])
    print(f"\n{'points written in':18}{'as WGS84':>12}{'auto, table':>14}{'auto, alone':>14}{'moved right':>14}")
    for datum in ("gcj02", "bd09"):
        lon, lat = from_cgcs2000(inside[:, 0], inside[:, 1], datum)
        naive = districts.counties_at(lon, lat) == adcodes
        named = [districts.full_name(code) for code in adcodes]
        frame = pd.DataFrame({"address": named, "lon": lon, "lat": lat})
        table = geocode_frame(geocoder, frame)
        alone = [geocoder.locate(row) for row in frame.head(500).to_dict("records")]
        at = districts.counties_at(table["lon"], table["lat"])
        moved = np.hypot(table["lon"] - inside[:, 0], table["lat"] - inside[:, 1]) < 1e-6
        single = [
            districts.counties_at(place.lon, place.lat)[0] == code for place, code in zip(alone, adcodes, strict=False)
        ]
        shares = (naive, at == adcodes, single, moved)
        print(f"{datum:18}" + "".join(f"{_share(list(share)):>{12 + 2 * (i > 0)}}" for i, share in enumerate(shares)))


def _point_in(shape: shapely.Geometry, draw: np.random.Generator) -> tuple[float, float]:
    west, south, east, north = shape.bounds
    while True:
        x, y = draw.uniform(west, east), draw.uniform(south, north)
        if shapely.contains_xy(shape, x, y):
            return x, y


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--addresses", type=int, default=10_000)
    parser.add_argument("--jionlp", type=int, default=300)
    options = parser.parse_args()
    geocoder, wall, cpu = timed(lambda: Geocoder.load(FOLDER))
    print(f"loaded in {wall:.2f} s ({cpu:.2f} s of processor)")
    compare(geocoder, options.addresses, options.jionlp)
    points(geocoder)


if __name__ == "__main__":
    main()
