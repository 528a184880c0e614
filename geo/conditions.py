"""成像条件 under what two dates were compared: usable share, registration, season; and which way the change went."""

from dataclasses import dataclass

import numpy as np

from geo.change import Shift
from geo.evidence import Pair


@dataclass(frozen=True)
class Conditions:
    """成像条件 what the other figures of a pair of dates rest on.

    Attributes
    ----------
    covered_pct, clear_pct : float
        Per cent of the site inside both images, and usable on both (neither cloud nor shadow nor no-data).
    hidden_pct : dict of str to float
        Per cent of the site that each of ``geo.change.HIDDEN`` hides on one date or the other.
    shift : Shift
        Registration of the later image against the earlier one, in metres (Guizar-Sicairos 2008).
    season_days : int
        Days that the two dates lie apart in the year, 0 to 182.
    same_season : bool
        Whether that is near enough (``geo.evidence.SEASON_DAYS``).
    brighter_pct, darker_pct : float
        Per cent of the site's usable area that changed and became brighter, or darker (CVA, Malila 1980).
    """

    covered_pct: float
    clear_pct: float
    hidden_pct: dict[str, float]
    shift: Shift
    season_days: int
    same_season: bool
    brighter_pct: float
    darker_pct: float


def conditions_of(pair: Pair) -> Conditions:
    """成像条件 of two compared dates; the direction of the change is read from its pixels."""
    weight = pair.grid.site * pair.both
    whole, change = float(weight.sum()), pair.item("change")
    brighter = darker = 0.0
    if change is not None and whole:
        brighter, darker = (100 * float(weight[change.picture == sign].sum()) / whole for sign in (1, -1))
    apart = abs((pair.after_on - pair.before_on).days) % 365
    return Conditions(
        covered_pct=pair.covered_pct,
        clear_pct=pair.clear_pct,
        hidden_pct=pair.hidden_pct,
        shift=pair.shift,
        season_days=int(np.minimum(apart, 365 - apart)),
        same_season=pair.same_season,
        brighter_pct=brighter,
        darker_pct=darker,
    )
