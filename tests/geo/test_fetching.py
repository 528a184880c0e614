"""What of a web address is kept, who is given the token, and which blocks of a raster show some boxes."""

from datetime import UTC, datetime

import numpy as np
import pystac
import pytest
import rasterio

from geo._composing import bands_of, planned
from geo._items import deliveries
from geo._web import Access, bare, gdal_options, host_of, reachable, vsi_path
from geo._web import Offer as Said
from geo.errors import SceneError
from geo.grid import ring_of
from tests.geo.made_scenes import ground, site_box, write

SIGNED = "https://user:word@Store.example:8443/a/b%20c.tif?X-Amz-Signature=abc&se=1#part"


def test_of_an_address_nothing_secret_is_kept():
    assert bare(SIGNED) == "https://Store.example:8443/a/b%20c.tif"
    assert host_of(SIGNED) == "store.example:8443"


def test_the_token_is_for_named_hosts():
    access = Access("T", frozenset({"store.example:8443"}))
    assert access.headers(SIGNED) == {"Authorization": "Bearer T"}
    assert access.headers("https://other.example/a.tif") == Access().headers(SIGNED) == {}
    assert "T" not in repr(access).replace("Access", "")
    offer = Said(1, "", in_parts=True, head=False)
    assert gdal_options(SIGNED, access, offer)["GDAL_HTTP_HEADERS"] == "Authorization: Bearer T"
    assert "GDAL_HTTP_HEADERS" not in gdal_options("https://other.example/a.tif", access, offer)


def test_only_blocks_that_show_a_box_are_planned(tmp_path):
    tiles = {"tiled": True, "blockxsize": 256, "blockysize": 256}
    path = write(tmp_path / "a.tif", ground(1100, 1100), 10.0, **tiles)
    site = ring_of(site_box(10.0, 1100, 1100))
    with rasterio.open(path) as source:
        plan = planned(bands_of(source), np.array([site.bounds]))
        west, south, east, north = 500, 500, 600, 600
        assert plan.frame.col_off <= west
        assert plan.frame.row_off <= south
        assert plan.frame.col_off + plan.frame.width >= east
        assert plan.frame.row_off + plan.frame.height >= north
        assert plan.share == pytest.approx(4 * 256**2 / 1100**2)
        assert planned(bands_of(source), None).share == 1
        with pytest.raises(SceneError, match=r"scene\.outside"):
            planned(bands_of(source), np.array([site.bounds]) + 5)


def asset(name, roles=("data",), **fields):
    return pystac.Asset(f"https://store.example/{name}", roles=list(roles), extra_fields=fields)


def found(**assets):
    item = pystac.Item("i/1", None, [113, 36, 114, 37], datetime(2025, 5, 1, tzinfo=UTC), {})
    for key, one in assets.items():
        item.add_asset(key, one)
    return list(deliveries(item, (".tif", ".jp2"), remote=True))


def test_what_of_an_item_is_a_scene():
    colours = [{"common_name": name} for name in ("red", "green", "blue")]
    whole = asset("whole.tif", **{"eo:bands": colours})
    [one] = found(whole=whole, visual=asset("TCI.tif", ["visual"]), scl=asset("SCL.tif"), meta=asset("m.xml"))
    assert (one.path.name, one.bands, one.source) == (
        "whole.tif",
        ("red", "green", "blue"),
        "https://store.example/whole.tif",
    )
    assert [one.path.name for one in found(visual=asset("TCI.tif", ["visual"]))] == ["TCI.tif"]
    assert found(two=pystac.Asset("/data/secret.tif")) == []


def test_names_of_an_item_that_are_of_no_use_here():
    def called(*names):
        [one] = found(data=asset("a.tif", **{"eo:bands": [{"common_name": name} for name in names]}))
        return one.bands

    assert called("coastal", "blue", "green", "red", "nir", "nir08", "lwir") == (
        ("band1", "blue", "green", "red", "nir", "band6", "band7")
    )
    assert called("vv", "vh") is None


def test_files_in_other_stores_are_taken_where_there_are_no_others():
    stored, served = pystac.Asset("s3://bucket/a.tif"), asset("b.tif")
    assert [one.address for one in found(one=stored, two=served)] == ["https://store.example/b.tif"]
    [one] = found(one=stored)
    with pytest.raises(SceneError) as refused:
        reachable(one.address, one.path.name, Access())
    assert refused.value.code == "scene.no_endpoint"
    assert reachable(one.address, "a.tif", Access(s3_endpoint="https://s3.cn.example/")) == (
        "https://s3.cn.example/bucket/a.tif"
    )


def test_letters_of_a_key_stay_what_they_are():
    """A real store (moto 5) gave 404 for the first, and GDAL refused an address with Chinese letters."""
    access = Access(s3_endpoint="https://s3.cn.example")
    assert reachable("s3://b/a+1#2 50%25?.tif", "a.tif", access) == "https://s3.cn.example/b/a%2B1%232 50%2525%3F.tif"
    address = "https://s3.cn.example/b/\u5f71\u50cf 50%25.tif?sig=a%2Bb&x=1"
    assert vsi_path(address) == "/vsicurl/https://s3.cn.example/b/%E5%BD%B1%E5%83%8F%2050%25.tif?sig=a%2Bb&x=1"


def test_links_are_signed_where_their_catalogue_signs(monkeypatch):
    from geo import _web

    class Answer:
        def raise_for_status(self):
            pass

        def json(self):
            return {"href": f"{asked[0]}?sig=1", "msft:expiry": "2026-01-01T00:00:00Z"}

    asked = []
    monkeypatch.setattr(_web.requests, "get", lambda _signer, params, timeout: asked.append(params["href"]) or Answer())
    signer = _web.signer_of("https://planetarycomputer.microsoft.com/api/stac/v1")
    blob = "https://sentinel.blob.core.windows.net/l2a/B02.tif"
    assert (reachable(blob, "B02.tif", Access()), asked) == (blob, [])
    assert reachable(blob, "B02.tif", Access(signer=signer)) == f"{blob}?sig=1"
    asked.clear()
    for other in (f"{blob}?sv=signed-by-hand", "https://other.example/a.tif"):
        assert (reachable(other, "a.tif", Access(signer=signer)), asked) == (other, [])
    assert _web.signer_of("https://earth-search.aws.element84.com/v1") == ""


def test_of_several_files_of_a_band_the_finest_geotiff_is_taken():
    """As archives deliver: each band at 10, 20 and 60 m, as JPEG 2000 too, named by Sentinel-2's numbers alone."""
    names = [f"{band}_{gsd}m" for band in ("B02", "B03", "B04", "B8A", "SCL") for gsd in (60, 20, 10)]
    assets = {name: asset(f"{name}.tif", gsd=float(name.partition("_")[2][:-1])) for name in names}
    [one] = found(**{f"{name}_jp2": asset(f"{name}.jp2", gsd=10) for name in names}, **assets, tci=asset("T.tif"))
    assert one.bands == ("blue", "green", "red", "nir", "scl")
    assert [part.path.name for part in one.parts] == [f"{name}_10m.tif" for name in ("B02", "B03", "B04", "B8A", "SCL")]
    assert (one.path.name, one.is_remote, one.source) == ("1.tif", True, "https://store.example/B02_10m.tif#i/1")
