"""数据表 every table of the store.

Money is stored in 万元 as exact decimals, dates as dates, moments as UTC. Reports, plan targets, locations, footprints
and lines of a list are appended with a revision and never overwritten, so that any past day can be read as it was known
then.
"""

from monitor.tables.base import MONEY, Base
from monitor.tables.consequences import Consequence
from monitor.tables.imagery import Inspection, InspectionDecision, Problem, Scene
from monitor.tables.items import ProjectItem
from monitor.tables.places import Document, ProjectFootprint, ProjectLocation
from monitor.tables.projects import (
    AnnualPlan,
    Funding,
    ListEntry,
    MonthTarget,
    Project,
    ProjectDuty,
    ProjectList,
    Report,
    ReportingUnit,
)
from monitor.tables.records import AuditEntry, ReportDraft, Statistic

__all__ = [
    "MONEY",
    "AnnualPlan",
    "AuditEntry",
    "Base",
    "Consequence",
    "Document",
    "Funding",
    "Inspection",
    "InspectionDecision",
    "ListEntry",
    "MonthTarget",
    "Problem",
    "Project",
    "ProjectDuty",
    "ProjectFootprint",
    "ProjectItem",
    "ProjectList",
    "ProjectLocation",
    "Report",
    "ReportDraft",
    "ReportingUnit",
    "Scene",
    "Statistic",
]
