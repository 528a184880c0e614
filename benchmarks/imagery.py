"""Imagery measured against issue 4's goals.

    python -m benchmarks.imagery pairs --folder DIR --gsd 0.5 [--at 2 --at 10]     any labelled pairs (A/, B/, label/)
    python -m benchmarks.imagery samples --samples DIR                             held-out accuracy on our own samples
    python -m benchmarks.imagery all --samples DIR                                 everything, about an hour
    python -m benchmarks.imagery onset | farms --farms CSV | drone --folder DIR | clouds --folder DIR | speed | tiles

"pairs" uses the shipped model and says so where a tile is one it was fitted on; "samples" fits again without each
fold's tiles. A site is a window of 128 m: active above 5 % labelled pixels, untouched at 0.
"""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click
import numpy as np

from benchmarks.goals import measured
from benchmarks.pairs import ACTIVE_SHARE, SETS, SITE_M, Tile, Window, coarsened, same_ground, tiles, windows
from geo.grid import FINE_M, FINE_UP_TO_M

if TYPE_CHECKING:
    from benchmarks.series import Series
    from geo._activity import Model
    from geo.verdict import Onset

DAYS = (date(2020, 6, 1), date(2024, 6, 1))
SCALES = ("2", "10", "other")
"""what of ``pairs`` and ``samples`` has a goal: two scales, and a sensor never seen."""


def table(name: str, score: np.ndarray, share: np.ndarray, quiet: float, active: float, at: str = "") -> str:
    """One line of figures: AUC, TPR at 5 % FPR, Brier, abstention and accuracy of what is left.

    They count for the goals of a scale of 2 or 10 m (``at``), or for the one of a sensor never seen ("other").
    """
    positive, untouched = share > ACTIVE_SHARE, share == 0
    if positive.all() or not positive.any():
        return f"{name}: {len(share)} sites, all of one kind"
    sure = (score <= quiet) | (score >= active)
    right = ((score >= active) == positive)[sure].mean() if sure.any() else float("nan")
    brier, area = np.mean((score - positive) ** 2), auc(positive, score)
    figures = {"other": area} if at == "other" else {f"auc {at}": area, "brier": brier}
    if at != "other":
        figures |= {"abstained": 1 - sure.mean(), "kept": right}
    parts = [
        f"{name}: {len(share)} sites, {positive.sum()} active",
        f"AUC {area:.3f}",
        f"Brier {brier:.3f}",
        f"abstained {1 - sure.mean():.2f}, accuracy of the rest {right:.3f}",
    ]
    if untouched.any():
        limit = np.quantile(score[untouched], 0.95)
        found = np.mean(score[positive] > limit)
        parts.insert(2, f"active against untouched: TPR {found:.2f} at 5 % FPR")
        if at != "other":
            figures[f"tpr {at}"] = found
    for key, value in figures.items() if at in SCALES else ():
        measured.add(key, value, name)
    return "; ".join(parts)


def auc(positive: np.ndarray, score: np.ndarray) -> float:
    """Area under the ROC curve by ranks (Hanley & McNeil 1982)."""
    from scipy.stats import rankdata

    ranks, count = rankdata(score), int(positive.sum())
    return float((ranks[positive].sum() - count * (count + 1) / 2) / (count * (len(score) - count)))


def scored(found: list[Window]) -> tuple[np.ndarray, np.ndarray]:
    """Activity score and labelled share of windows, by the product's whole path and shipped model."""
    from geo.compare import compare_pixels

    scores = [compare_pixels(one.before, one.after, one.grid, DAYS).works.probability for one in found]
    known = np.isfinite(scores)
    return np.array(scores)[known], np.array([one.share for one in found])[known]


@click.group()
def main() -> None:
    """Run one of the measurements, or all; every row of the goals stands at the end."""


@main.result_callback()
def goals(*_: object, **__: object) -> None:
    """What was measured beside the goals."""
    click.echo("\ngoals")
    for line in measured.lines():
        click.echo(line)


@main.command(name="all")
@click.option("--samples", "folder", type=click.Path(path_type=Path, exists=True), required=True)
@click.pass_context
def everything(context: click.Context, folder: Path) -> None:
    """All of them on a folder of samples as ours is laid out; about an hour."""
    context.invoke(samples, samples=folder)
    context.invoke(onset)
    context.invoke(farms, file=next((folder / "onset").glob("*.csv")))
    context.invoke(drone, folder=folder / "drone-series")
    context.invoke(clouds, folder=folder / "cloud")
    context.invoke(speed)
    context.invoke(tile_speed)


@main.command()
@click.option("--folder", type=click.Path(path_type=Path, exists=True), required=True)
@click.option("--gsd", type=float, help="metres a pixel, for images without a reference of their own")
@click.option("--bands", help="names of the files' bands, with commas (red,green,blue,nir), where they do not say")
@click.option("--at", multiple=True, type=float, default=(2.0, 10.0), help="metres a pixel to look at")
def pairs(folder: Path, gsd: float | None, bands: str | None, at: tuple[float, ...]) -> None:
    """Accuracy of the shipped model on labelled pairs, and false alarms on each image against itself."""
    from geo._activity import load_model

    refused: list[str] = []
    model, found = load_model(), tiles(folder, gsd, bands.split(",") if bands else None, refused)
    for said in refused:
        click.echo(f"left out: {said}")
    if not found:
        raise click.ClickException(f"{folder}: no pair that can be used ({len(refused)} left out)")
    known = sum(tile.sha256 in model.fitted_on for tile in found)
    print(f"{folder}: {len(found)} pairs, {known} of them known to the model {model.version}")
    rng = np.random.default_rng(1)
    for look_at in at:
        near = [tile for tile in found if tile.gsd_m <= max(1.01 * look_at, FINE_UP_TO_M if look_at == FINE_M else 0)]
        if len(near) < len(found):
            click.echo(f"{look_at:g} m: {len(found) - len(near)} pairs are too coarse to look at")
        coarse = [coarsened(tile, look_at) for tile in near]
        _pairs_at(f"{look_at:g} m", coarse, model, rng)


def _pairs_at(title: str, coarse: list[Tile], model: "Model", rng: np.random.Generator) -> None:
    sites = [window for tile in coarse for window in windows(tile)]
    if not sites:
        click.echo(f"{title}: no tile is large enough for a site of {SITE_M:g} m that is seen on both dates")
        return
    score, share = scored(sites)
    if len(score) < len(sites):
        click.echo(f"{title}: of {len(sites)} sites {len(sites) - len(score)} are clouded or flat and not judged")
    scale = model.scale(coarse[0].gsd_m)
    print(table(title, score, share, scale.quiet, scale.active, title.removesuffix(" m")))
    twins = [_twin(tile, image, rng) for tile in coarse for image in (tile.before, tile.after)]
    same, _ = scored([window for twin in twins for window in windows(twin, 256.0)])
    alarms = np.mean(same >= scale.active)
    measured.add("same", alarms, title)
    print(f"{title}: unchanged pairs with season, sun and 0-3 px: {len(same)} sites, {alarms:.3f} false alarms")


def _twin(tile: Tile, image: np.ndarray, rng: np.random.Generator) -> Tile:
    after = same_ground(image, rng, rng.uniform(0, 3))
    return replace(tile, before=image, after=after, label=tile.label * 0)


@main.command()
@click.option("--samples", type=click.Path(path_type=Path, exists=True), required=True)
def samples(samples: Path) -> None:
    """Held-out accuracy: trees fitted without the fold's tiles; then each set by a model fitted on the other alone."""
    from benchmarks.fit_activity import GSDS_M, SAME, fit_curves, fitted, out_of_fold, scores

    model, items, odds = fitted([tile for name, gsd in SETS.items() for tile in tiles(samples / name, gsd)], print)
    other = out_of_fold(items, [{item.tile for item in items if item.tile.startswith(name)} for name in SETS])
    plain = np.array([item.plain for item in items])
    items, odds, other = [item for item in items if item.plain], odds[plain], other[plain]
    kind, share = np.array([item.kind for item in items]), np.array([item.share for item in items])
    source, real = np.array([item.tile.split("/")[0] for item in items]), kind != SAME
    scales = {f"{gsd_m:g}": model[name] for name, gsd_m in GSDS_M.items()}
    for said, word in (("held-out tiles", odds), ("fitted on the other sensor", other)):
        score = scores(items, fit_curves(items, word), word)
        for name in SETS:
            for metres, scale in scales.items():
                chosen = (source == name) & (kind == metres)
                title = f"{said}, {name} at {metres} m"
                at = metres if said == "held-out tiles" else "other"
                print(table(title, score[chosen], share[chosen], scale["quiet"], scale["active"], at))
        active = np.array([scales[f"{item.gsd_m:g}"]["active"] for item in items])
        alarms = np.mean((score >= active)[~real])
        measured.add("same", alarms, said)
        print(f"{said}: unchanged pairs with season, sun and 0-3 px: {(~real).sum()} sites, {alarms:.3f} false alarms")


@main.command()
@click.option("--sites", default=300, help="series with steady fields; a fifth as many with rotating ones")
@click.option("--share", default=0.2, help="share of the site that goes bare")
@click.option("--seed", default=3, help="of the made series; 3 and 101-106 are what the method was designed on")
def onset(sites: int, share: float, seed: int) -> None:
    """Ground-breaking in made series with seasons, fields, noise and clouds, part of the site disturbed."""
    from benchmarks.series import rotating, steady

    for name, make, count in (("steady fields", steady, sites), ("rotating fields", rotating, sites // 5)):
        rng = np.random.default_rng(seed)
        false = sum(_found(make(rng, 0.0)) is not None for _ in range(count))
        seen = [(series, _found(series)) for series in (make(rng, share) for _ in range(count))]
        told = [(*_gap(series), series.began, found) for series, found in seen if found is not None]
        errors = np.array([abs((found.on - began).days) for *_, began, found in told])
        gaps = np.array([(after - before).days for before, after, *_ in told])
        holds = np.mean([found.after_on < began <= found.before_on for *_, began, found in told])
        for key, value in (
            ("onset", len(told) / count),
            ("alarms", false / count),
            ("gap", np.mean(errors <= gaps / 2 + 1)),
        ):
            measured.add(key, value, name)
        print(
            f"onset, {name}, {share:.0%} of a site: detected {len(told) / count:.3f} at {false / count:.3f} false "
            f"alarms; median error {np.median(errors):.0f} days (half the gap {np.median(gaps) / 2:.0f}); within half "
            f"the gap {np.mean(errors <= gaps / 2 + 1):.3f}; stated interval holds {holds:.3f}"
        )


def _found(series: "Series") -> "Onset | None":
    from geo.open_ground import open_ground
    from geo.verdict import find_onset

    grounds = [open_ground(pixels, series.grid) for pixels in series.scenes]
    clear = [(day, one) for day, one in zip(series.days, grounds, strict=True) if one.clear >= 0.6]
    green, seen, bright = zip(*((one.green, one.seen, one.bright) for _, one in clear), strict=True)
    return find_onset([day for day, _ in clear], green, seen, series.grid, bright)


def _gap(series: "Series") -> tuple[date, date]:
    """The clear scenes before and after the day works began."""
    return max(day for day in series.days if day < series.began), min(day for day in series.days if day >= series.began)


@main.command()
@click.option("--farms", "file", type=click.Path(path_type=Path, exists=True), required=True)
@click.option("--shipped", is_flag=True, help="the shipped weights, for farms they were not fitted on")
def farms(file: Path, shipped: bool) -> None:
    """Construction year of real solar farms."""
    from benchmarks.fit_yearly_onset import farms as read
    from benchmarks.fit_yearly_onset import held_out
    from geo.verdict import yearly_probabilities

    values, place = read(file)
    runs = [np.stack([yearly_probabilities(row) for row in values])] if shipped else held_out(values, place)
    right, sure, near = [], [], []
    for odds in runs:
        hit = odds.argmax(axis=1) == place
        confident = np.argsort(-odds.max(axis=1))[: round(0.7 * len(place))]
        right.append(hit.mean())
        sure.append(hit[confident].mean())
        near.append(np.mean(abs(odds.argmax(axis=1) - place) <= 1))
    measured.add("farms", np.mean(right))
    measured.add("sure", np.mean(sure))
    print(
        f"construction year of {len(place)} farms: {np.mean(right):.3f}; of the confident 70 %: {np.mean(sure):.3f}; "
        f"within a year {np.mean(near):.3f}"
    )


@main.command()
@click.option("--folder", type=click.Path(path_type=Path, exists=True), required=True)
def drone(folder: Path) -> None:
    """Roof share and alignment of the drone series (map layouts of one building site)."""
    from benchmarks.drone import report

    report(folder)


@main.command()
@click.option("--folder", type=click.Path(path_type=Path, exists=True), required=True)
def clouds(folder: Path) -> None:
    """Recall of "imagery unusable", and that "no visible activity" is never said of a site less than 60 % clear."""
    from benchmarks.clouds import report

    report(folder)


@main.command()
@click.option("--sites", default=200)
@click.option("--side", default=10_980, help="pixels a side of the two scenes; 10,980 is a Sentinel-2 tile")
def speed(sites: int, side: int) -> None:
    """Full evidence, sites a second and core, against rasterstats' means and the time to unpack the blocks."""
    from benchmarks.imagery_speed import evidence

    evidence(sites, side)


@main.command(name="tiles")
@click.option("--side", default=20_000)
def tile_speed(side: int) -> None:
    """Warm XYZ tiles of one large COG: p50 and p95."""
    from benchmarks.imagery_speed import tile_times

    tile_times(side)


if __name__ == "__main__":
    main()
