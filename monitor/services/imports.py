"""项目导入 a file of projects into the store: one transaction, an audit entry for each project and for the file."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from monitor import store
from monitor.errors import BadInput
from monitor.exchange.files import read_projects
from monitor.exchange.records import Intake
from monitor.messages import sentence
from monitor.model import DatumName, ImportResult, RowProblem, Viewer
from monitor.queries.facts import month_end
from monitor.queries.reading import without_collection
from monitor.services import audit, ledger, rights
from monitor.services.matching import Case, match
from monitor.services.parts import PROJECT, Defaults, PartKey
from monitor.services.places import locate
from monitor.services.statements import Statement, state
from monitor.services.units import Units
from monitor.tables import ProjectList

T = TypeVar("T")
Track = Callable[[Sequence[T], str], Iterable[T]]
"""Wraps a sequence that is worked through, to show how far it is; told what is being done."""


@dataclass(frozen=True)
class Options:
    """导入选项 how a file is to be taken.

    Attributes
    ----------
    datum : str
        Datum of its coordinates.
    mapping : dict
        Foreign field -> header it stands for.
    year, list_key, unit_code : optional
        Year, list and city (for 市直, 城区 ...) of rows that do not say.
    recorded_on : date, optional
        Day from which what the file says counts as known. By default now; in a file about an earlier year, what is
        stated for the first time counts as known from 1 January of that year, and reports from the end of their month.
    dry_run : bool
        Say what would change and write nothing.
    rejected_file : Path, optional
        Where rows that were not taken are sent back; by default beside the file.
    """

    datum: DatumName = "auto"
    mapping: dict[str, str] = field(default_factory=dict)
    year: int | None = None
    list_key: str | None = None
    unit_code: str | None = None
    recorded_on: date | None = None
    dry_run: bool = False
    rejected_file: Path | None = None


def import_projects(
    viewer: Viewer,
    path: Path,
    engine: Engine,
    options: Options = Options(),
    track: Track[Any] = lambda rows, _what: rows,
) -> ImportResult:
    """导入项目 take the projects of a file; the good rows are taken, the others sent back.

    Parameters
    ----------
    viewer : Viewer
        Who imports; rows of units outside his subtree are not taken.
    path : Path
        xlsx, xls, csv, GeoJSON, GeoPackage or OC4IDS JSON.
    engine : Engine
        The store.
    options : Options
        How the file is to be taken.
    track : callable
        Wraps what is worked through, for a progress bar.

    Raises
    ------
    Forbidden
        ``import.role_looks_only``.
    BadInput
        Codes ``import.*`` and ``list.unknown``: the file or the call as a whole cannot be taken; nothing was written.
    Refusal
        ``store.not_initialised``, ``store.unreachable``.
    """
    rights.require_importing(viewer)
    store.require_initialised(engine)
    with without_collection():
        intake = read_projects(path, options.mapping)
        if options.dry_run:
            with store.reachable(engine) as connection, Session(connection) as session:
                return _Import(session, viewer, path, intake, options, track).run()
        with store.transaction(engine) as session:
            result = _Import(session, viewer, path, intake, options, track).run()
        return _send_back(result, intake, path, options)


def _send_back(result: ImportResult, intake: Intake, path: Path, options: Options) -> ImportResult:
    rejected = [(record, explain_all(record.problems)) for record in intake.records if record.problems]
    if not rejected:
        return result
    target = options.rejected_file or path.with_name(f"{path.stem}-未导入{intake.suffix}")
    target.unlink(missing_ok=True)
    intake.send_back(target, rejected)
    return ImportResult(**{**result.__dict__, "rejected_file": str(target)})


def explain_all(problems: Iterable[RowProblem]) -> str:
    """逐条说明 sentences of all problems of a row, as the column 错误说明 has them."""
    return "".join(f"[{problem.column}]{sentence(problem.code, **problem.params)}" for problem in problems)


@dataclass
class _Import:
    """One import on its way."""

    session: Session
    viewer: Viewer
    path: Path
    intake: Intake
    options: Options
    track: Track[Any]
    at: datetime = field(default_factory=store.now)
    today: date = field(default_factory=store.today)

    def run(self) -> ImportResult:
        units = Units.load(self.session, self.viewer)
        cases = match(self.session, self._statements(units), units.visible)
        known = [case for case in cases if not case.new]
        standing = ledger.read(self.session, [case.project_id for case in known])
        for case in known:
            case.standing = standing[case.project_id]
        locate(cases, units, self.options.datum)
        for case in cases:
            case.changes = ledger.changes(case.standing, case.stated)
        changed = [case for case in cases if case.changes]
        if changed and not self.options.dry_run:
            self._write(changed)
        return self._result(cases, changed)

    def _statements(self, units: Units) -> list[Statement]:
        records = self.intake.records
        if self.options.unit_code:
            units.context = units.path(units.of_code(self.options.unit_code).removesuffix("-direct"))
        units.set_context(self.intake.title, (record.values["unit"] for record in records if record.values.get("unit")))
        defaults = self._defaults()
        made = [state(record, units, defaults) for record in self.track(records, "核对")]
        assumed = [record for record in records if record.values.get("month_assumed") and not record.problems]
        if assumed:
            said = {"year": defaults.year, "month": defaults.month, "count": len(assumed)}
            self.intake.warnings.append(RowProblem(assumed[0].row, "", "import.month_assumed", said))
        return [statement for statement in made if statement]

    def _defaults(self) -> Defaults:
        labels: dict[str, str] = {}
        for key, label in self.session.execute(
            select(ProjectList.key, ProjectList.label).order_by(ProjectList.position)
        ):
            labels |= {key: key, label: key}
        today = self.today
        year = self.options.year or today.year
        if not self.options.year and any("year" not in record.values for record in self.intake.records):
            self.intake.warnings.append(RowProblem(0, "", "import.year_assumed", {"year": year}))
        if self.options.list_key and self.options.list_key not in labels:
            shown = "、".join(label for label, key in labels.items() if label != key)
            raise BadInput("list.unknown", value=self.options.list_key, options=shown)
        lists = (labels[self.options.list_key],) if self.options.list_key else self._titled_lists(labels)
        return Defaults(year, today.month if year == today.year else 12, lists, labels, today)

    def _titled_lists(self, labels: dict[str, str]) -> tuple[str, ...]:
        """The list that the title names, where it names one."""
        named = {key for label, key in labels.items() if label != key and label in self.intake.title}
        return tuple(named) if len(named) == 1 else ()

    def _write(self, changed: Sequence[Case]) -> None:
        writer = ledger.Writer(self.session, self.viewer.name)
        new = [case for case in changed if case.new]
        ids = writer.create(self._new_project(case) for case in new)
        for case, project_id in zip(new, ids, strict=True):
            case.project_id = project_id
        for case in self.track(changed, "写入"):
            self._put(writer, case)
        writer.write()
        entries = [case.entry(self._known_at(case), self.path.name) for case in changed]
        audit.record_all(self.session, self.viewer.name, [*entries, self._batch_entry(changed)])

    def _new_project(self, case: Case) -> dict[str, Any]:
        known_at = self._known_at(case)
        values = {"stage": case.statement.stage}
        return values | case.stated["project",] | {"created_at": known_at, "updated_at": self.at}

    def _put(self, writer: ledger.Writer, case: Case) -> None:
        for key, fields in case.changes.items():
            if key != PROJECT:
                writer.put(case.project_id, key, case.stated[key], case.standing, self._moment(case, key))
            elif not case.new:
                writer.change(case.project_id, {name: after for name, (_, after) in fields.items()}, self.at)

    def _known_at(self, case: Case) -> datetime:
        """From when what is said of the project itself counts as known."""
        return self._moment(case, PROJECT)

    def _moment(self, case: Case, key: PartKey) -> datetime:
        """See Options.recorded_on."""
        if self.options.recorded_on:
            return min(self.at, _start_of(self.options.recorded_on))
        year = int(key[1]) if len(key) > 1 and isinstance(key[1], int) else case.statement.year
        if year >= self.today.year or (not case.new and case.knows(year)):
            return self.at
        return _known_since(year, int(key[2]) if key[0] == "report" else 0)

    def _batch_entry(self, changed: Sequence[Case]) -> audit.Entry:
        digest = hashlib.sha256(self.path.read_bytes()).hexdigest()
        new = sum(case.new for case in changed)
        said = {"file": self.path.name, "sha256": digest, "created": new, "updated": len(changed) - new}
        return audit.Entry("projects.imported", None, said)

    def _result(self, cases: Sequence[Case], changed: Sequence[Case]) -> ImportResult:
        records = self.intake.records
        created = sum(case.new for case in changed)
        taken = [record for record in records if not record.problems]
        return ImportResult(
            rows=len(records),
            accepted=len(taken),
            created=created,
            updated=len(changed) - created,
            unchanged=len(cases) - len(changed),
            rejected=tuple(problem for record in records for problem in record.problems),
            warnings=(*self.intake.warnings, *(warning for record in taken for warning in record.warnings)),
            changes=tuple(line for case in changed for line in case.lines()),
            dry_run=self.options.dry_run,
        )


@cache
def _known_since(year: int, month: int) -> datetime:
    """The last second of a month of an earlier year; the beginning of the year where no month is meant (0)."""
    if month:
        return store.end_of_day(month_end(year, month)) - timedelta(seconds=1)
    return _start_of(date(year, 1, 1))


def _start_of(day: date) -> datetime:
    return store.end_of_day(day - timedelta(days=1))
