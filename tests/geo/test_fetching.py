"""What of a web address is kept, who is given the token, and which blocks of a raster show some boxes."""

import numpy as np
import pytest
import rasterio

from geo._composing import bands_of, planned
from geo._web import Access, bare, gdal_options, host_of
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
