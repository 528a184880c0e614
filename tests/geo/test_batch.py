from dataclasses import replace
from datetime import date

import pytest
from shapely.geometry import Point

from geo.batch import PICTURES, Job, in_block_order, inspect_sites
from geo.scenes import read_scene
from geo.verdict import Reported
from tests.geo.made_scenes import ground, season, site_box, write

GSD_M = 10.0
BEFORE, AFTER = date(2024, 5, 1), date(2025, 5, 10)


@pytest.fixture
def land():
    return ground(140, 140)


def scene(folder, image, day):
    return read_scene(write(folder / f"{day}.tif", image, GSD_M, day=day))


def test_batch_goes_on_past_a_bad_scene_and_resumes(tmp_path, land):
    good = (scene(tmp_path, land, BEFORE), scene(tmp_path, season(land, 1.1, 1), AFTER))
    lost = replace(good[1], id="lost", path=tmp_path / "lost.tif")
    site = site_box(GSD_M, 140, 140)
    jobs = [
        Job("a", site, good, Reported()),
        Job("b", site, (good[0], lost), Reported()),
        Job("c", site, good, Reported()),
    ]
    found = {outcome.site_id: outcome for outcome in inspect_sites(jobs)}
    assert found["a"].verdict is not None
    assert found["b"].error.code == "scene.broken"
    assert found["c"].figures[0].picture.size == 0
    assert [outcome.site_id for outcome in inspect_sites(jobs, done={"a", "b"})] == ["c"]
    assert len(list(inspect_sites(jobs, workers=2))) == 3
    assert len(list(inspect_sites(jobs, run=map))) == 3


def test_pictures_are_drawn_with_the_figures(tmp_path, land):
    pair = (scene(tmp_path, land, BEFORE), scene(tmp_path, season(land, 1.1, 1), AFTER))
    job = Job("a", site_box(GSD_M, 140, 140), pair, Reported(), tmp_path / "drawn")
    [done] = inspect_sites([job])
    drawn = {path.name for path in job.pictures.iterdir()}
    always = ("before", "after", "works", "usable", "shift", "season")
    assert drawn == {f"{key}{PICTURES}" for key in (*always, *(item.key for item in done.figures))}
    assert all(path.stat().st_size < 60_000 for path in job.pictures.iterdir())


def test_a_site_as_reported_is_drawn_when_it_is_looked_at(tmp_path, land):
    pair = (scene(tmp_path, land, BEFORE), scene(tmp_path, season(land, 1.1, 1), AFTER))
    [done] = inspect_sites([Job("a", site_box(GSD_M, 140, 140), pair, Reported(pct=0.0), tmp_path / "drawn")])
    assert (done.verdict.finding, done.verdict.abstained) == ("consistent", False)
    assert not (tmp_path / "drawn").exists()


def test_jobs_are_sorted_by_block(tmp_path, land):
    wide = replace(scene(tmp_path, land, BEFORE), bounds=(113.0, 35.0, 114.0, 36.0))
    both = (wide, replace(wide, id="later"))
    places = [(113.1, 35.1), (113.9, 35.9), (113.5, 35.5)]
    jobs = [Job(str(n), Point(*place).buffer(0.001), both, Reported()) for n, place in enumerate(places)]
    assert [job.site_id for job in in_block_order(jobs)] == ["1", "2", "0"]
