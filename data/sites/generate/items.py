"""Lists of sample projects: procedures of those in preparation, and what their reports say stands in the way."""

from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np

Rows = list[dict[str, Any]]


class Lists:
    """Lines of lists as demo.yaml says (``items``), each project with random numbers of its own."""

    def __init__(self, said: dict[str, Any], seed: int) -> None:
        self.said, self.seed = said, seed
        self.until = date.fromisoformat(str(said["until"]))

    def make(self, rows: dict[str, Rows]) -> Rows:
        """Every revision of every line; a line that was done has a second one of the day it was done."""
        held = {(row["key"], row["duty"]): row["holder"] for row in rows["duties"]}
        listed: dict[int, set[str]] = {}
        for row in rows["entries"]:
            listed.setdefault(row["key"], set()).add(row["list_key"])
        told = {row["key"]: row["problem_text"] for row in rows["reports"] if row["year"] == self.until.year}
        made: Rows = []
        for project in rows["projects"]:
            key, lists = project["key"], listed.get(project["key"], set())
            rng = np.random.default_rng([self.seed, key])
            lines: list[Rows] = []
            if project["is_sample"] and project["stage"] in self.said["stages"] and lists & set(self.said["lists"]):
                lines += self._procedures(rng)
            if project["is_sample"] and lists & set(self.said["problem_lists"]) and told.get(key):
                lines.append(self._problem(told[key], held.get((key, "responsible")), rng))
            for number, revisions in enumerate(lines, 1):
                made += [{"key": key, "number": number, **revision} for revision in revisions]
        return made

    def _procedures(self, rng: np.random.Generator) -> list[Rows]:
        """The first ones done, one or two under way."""
        day = date(self.until.year, 1, 15) + timedelta(days=int(rng.integers(0, 60)))
        lines = []
        for name, (holder, days) in self.said["procedures"].items():
            planned = day + timedelta(days=days)
            done = day + timedelta(days=max(int(days * rng.uniform(0.6, 1.35)), 5))
            if day > self.until or rng.random() < self.said["stops"]:
                break
            lines.append(self._line("procedure", name, holder, None, day, planned, done))
            day = done + timedelta(days=int(rng.integers(3, 15)))
            if done > self.until:
                break
        return lines

    def _problem(self, text: str, holder: str | None, rng: np.random.Generator) -> Rows:
        day = self.until - timedelta(days=int(rng.integers(5, 45)))
        planned = day + timedelta(days=int(rng.integers(10, 50)))
        measure = self.said["measures"].get(text) if rng.random() < self.said["measured"] else None
        return self._line("problem", text, holder, measure, day, planned, date.max)

    def _line(self, kind: str, name: str, holder: str | None, measure: str | None, *days: date) -> Rows:
        """Both revisions of a line that was done by the last day of the demo, else its first."""
        opened, planned, done = days
        stated = {"kind": kind, "name": name, "measure": measure, "holder": holder, "opened_on": opened}
        stated |= {"planned_on": planned, "note": None, "withdrawn": False, "recorded_by": "示例填报员"}
        first = {"revision": 1, **stated, "done_on": None, "recorded_at": datetime.combine(opened, time(8))}
        if done > self.until:
            return [first]
        return [first, {**first, "revision": 2, "done_on": done, "recorded_at": datetime.combine(done, time(8))}]
