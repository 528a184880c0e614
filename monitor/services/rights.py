"""办理权限 what a viewer's role lets him do; which units he may do it for, every read and write asks his unit."""

from monitor.errors import Forbidden
from monitor.model import Viewer
from monitor.terms import Role

FILING = (Role.DISTRICT, Role.OPERATOR)
"""填报角色 roles that file reports and import projects; leaders and inspectors look, so that no figure is theirs."""

DECIDING = (Role.INSPECTOR, Role.LEADER, Role.OPERATOR)
"""核查角色 roles that decide on inspections; a district does not judge itself."""


CONCLUDING = (Role.LEADER, Role.OPERATOR)
"""结果运用角色 roles that decide what follows from a ranking; a district head does not decide on his own district."""


UPLOADING = (Role.DISTRICT, Role.INSPECTOR, Role.OPERATOR)
"""收录角色 roles that put documents and photos into a dossier; leaders look."""


def may_file(viewer: Viewer) -> bool:
    """能否填报 whether the viewer's role files reports."""
    return viewer.role in FILING


def require_filing(viewer: Viewer) -> None:
    """须能填报 refuse a viewer whose role does not file reports (``Forbidden`` ``report.role_looks_only``)."""
    if not may_file(viewer):
        raise Forbidden("report.role_looks_only", role=viewer.role.label)


def require_importing(viewer: Viewer) -> None:
    """须能导入 refuse a viewer whose role does not file (``Forbidden`` ``import.role_looks_only``)."""
    if not may_file(viewer):
        raise Forbidden("import.role_looks_only", role=viewer.role.label)


def may_upload(viewer: Viewer) -> bool:
    """能否上传材料 whether the viewer's role puts documents into a dossier."""
    return viewer.role in UPLOADING


def require_uploading(viewer: Viewer) -> None:
    """须能上传材料 refuse a viewer whose role does not upload (``Forbidden`` ``document.role_looks_only``)."""
    if not may_upload(viewer):
        raise Forbidden("document.role_looks_only", role=viewer.role.label)


def may_decide(viewer: Viewer) -> bool:
    """能否处理核查 whether the viewer's role decides on inspections."""
    return viewer.role in DECIDING


def require_deciding(viewer: Viewer) -> None:
    """须能处理核查 refuse a viewer whose role does not decide (``Forbidden`` ``decision.role_looks_only``)."""
    if not may_decide(viewer):
        raise Forbidden("decision.role_looks_only", role=viewer.role.label)


def may_conclude(viewer: Viewer) -> bool:
    """能否决定结果运用 whether the viewer's role decides what follows from a ranking."""
    return viewer.role in CONCLUDING


def require_listing(viewer: Viewer) -> None:
    """须能改清单 refuse a viewer whose role does not write on lists (``Forbidden`` ``item.role_looks_only``)."""
    if not may_file(viewer):
        raise Forbidden("item.role_looks_only", role=viewer.role.label)
