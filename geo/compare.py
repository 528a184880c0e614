"""两期比较 two dates over one site, from files or from pixels: evidence at the scene's scale, works at 10 m."""

from dataclasses import dataclass
from datetime import date

from shapely.geometry.base import BaseGeometry

from geo._activity import Activity, Model, activity, load_model
from geo._reading import Scene
from geo._texture import texture_features
from geo.change import Mask
from geo.evidence import Pair, measure
from geo.grid import COARSE_M, Grid, analysis_gsd_m, blocks, coarser, site_grid
from geo.heights import with_height_change
from geo.pixels import Pixels, coarser_pixels, read_pixels


@dataclass(frozen=True)
class Comparison:
    """两期比较结果 evidence of a pair of dates and the probability of works between them.

    Attributes
    ----------
    pair : Pair
        Figures, masks and pictures at 2 m or 10 m.
    works : Activity
        Probability of works on more than 5 % of the site, and its picture at 10 m.
    """

    pair: Pair
    works: Activity


def compare(before: Scene, after: Scene, site: BaseGeometry, model: Model | None = None) -> Comparison:
    """比较两期影像 read two scenes over a site and say what changed.

    Parameters
    ----------
    before, after : Scene
        Two dates.
    site : Polygon or MultiPolygon
        Outline in degrees of EPSG:4326.
    model : Model, optional
        The shipped model if not given.

    Raises
    ------
    SceneError
        ``scene.outside`` if the site lies outside one of them, and as ``read_pixels`` and ``site_grid``.
    """
    grid = site_grid(site, analysis_gsd_m([before, after]))
    days = (before.taken_on, after.taken_on)
    return compare_pixels(read_pixels(before, grid), read_pixels(after, grid), grid, days, model)


def compare_pixels(
    before: Pixels, after: Pixels, grid: Grid, days: tuple[date, date], model: Model | None = None
) -> Comparison:
    """比较两期像元 the same, from pixels on a grid of 2 m or 10 m."""
    pair = with_height_change(measure(before, after, grid, days), before, after)
    return Comparison(pair, works(pair, model or load_model()))


def works(pair: Pair, model: Model) -> Activity:
    """施工活动 the model's word on a measured pair, in cells of 10 m whatever the pixels it was measured in."""
    before, after, both, grid = in_cells(pair)
    texture = texture_features(pair.before, pair.after, pair.both, pair.grid, grid.site * both > 0)
    return activity(before, after, both, grid, model, (model.scale(pair.grid.gsd_m), texture))


def in_cells(pair: Pair) -> tuple[Pixels, Pixels, Mask, Grid]:
    """化为格网 both dates of a pair, where both are usable and the grid, in cells of 10 m."""
    factor = max(1, round(COARSE_M / pair.grid.gsd_m))
    if factor == 1:
        return pair.before, pair.after, pair.both, pair.grid
    before, after = coarser_pixels(pair.before, factor), coarser_pixels(pair.after, factor)
    return before, after, blocks(pair.both, factor) >= 0.5, coarser(pair.grid, factor)
