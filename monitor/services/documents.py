"""档案材料 taking a document or a photo into a project's dossier."""

import hashlib
import io
import os
import zipfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

import shapely
from PIL import Image, UnidentifiedImageError
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from geo.drafts import draft
from geo.photos import camera_says
from geo.scenes import sha256_of
from monitor import settings as environment
from monitor import store
from monitor.errors import BadInput, NotFound, Refusal
from monitor.model import Viewer
from monitor.queries.dossier import document_file, upload_path
from monitor.queries.scope import in_scope
from monitor.services import audit, rights
from monitor.services.photo_checks import PhotoRecord, Site, check_photo, finding
from monitor.tables import Document, Project, ProjectFootprint, ProjectLocation, Report
from monitor.terms import Confidence, DocumentKind

PIXEL_LIMIT = 120_000_000
"""Largest photo that is opened; cameras of today stay below, bombs do not."""

IMAGE_TYPES = {"JPEG": "image/jpeg", "MPO": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
OFFICE_PARTS = {
    "word/document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/workbook.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt/presentation.xml": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}


@dataclass(frozen=True)
class Upload:
    """上传文件 a file as it came in, with what the person says of it."""

    file_name: str
    content: bytes
    kind: DocumentKind
    title: str = ""


@dataclass(frozen=True)
class Taken:
    """收录结果 the document's id, what was found, and whether it is new (the same file twice counts once)."""

    document_id: int
    checks: tuple[str, ...]
    is_new: bool


@dataclass(frozen=True)
class Content:
    """文件内容 what the bytes are, by themselves; a photo with the place and moment its camera says."""

    media_type: str
    place: tuple[float, float] | None = None
    taken_at: datetime | None = None

    @property
    def is_image(self) -> bool:
        """是否图片 whether it is a picture."""
        return self.media_type.startswith("image/")


def add_document(viewer: Viewer, project_id: int, upload: Upload, engine: Engine) -> Taken:
    """收录材料 check a file, keep it under the hash of its content, and enter it in the dossier.

    The file lies safely in the uploads before the entry is committed. Photos of the site (现场照片) are checked
    against its place and its start (services.photo_checks).

    Raises
    ------
    Forbidden
        ``document.role_looks_only``.
    NotFound
        ``project.not_found``: no such project in the viewer's district.
    BadInput
        ``document.empty``, ``document.too_large``, ``document.not_accepted``, ``document.broken_image``.
    """
    rights.require_uploading(viewer)
    content = recognise(upload, environment.load().document_limit_mb)
    with store.transaction(engine) as session:
        return take(session, viewer, project_id, upload, content)


def proven_file(viewer: Viewer, document_id: int, engine: Engine) -> Path:
    """校验文件 file of a picture in the dossier, if it still is what was taken in (``sha256``).

    Raises
    ------
    NotFound
        As ``dossier.document_file``; ``document.file_changed`` where the file is another than the one taken in,
        ``document.not_found`` where it is no picture.
    """
    path = document_file(viewer, document_id, engine)
    with store.reachable(engine) as connection:
        query = select(Document.file_name, Document.media_type).where(Document.id == document_id)
        name, media_type = connection.execute(query).one()
    if not media_type.startswith("image/"):
        raise NotFound("document.not_found")
    if sha256_of(path) != path.name:
        raise NotFound("document.file_changed", file=name)
    return path


def take(session: Session, viewer: Viewer, project_id: int, upload: Upload, content: Content) -> Taken:
    """收录入档 enter a recognised file in the dossier, in the caller's transaction (``project.not_found``)."""
    digest = hashlib.sha256(upload.content).hexdigest()
    project = session.scalar(select(Project).where(in_scope(viewer), Project.id == project_id))
    if project is None:
        raise NotFound("project.not_found", project=project_id)
    held = session.scalar(select(Document).where(Document.project_id == project_id, Document.sha256 == digest))
    if held is not None:
        return Taken(held.id, tuple(held.checks), is_new=False)
    _keep(upload_path(environment.load().uploads, digest), upload.content)
    document = _entry(session, project, upload, content, digest)
    document.uploaded_by = viewer.name
    session.add(document)
    session.flush()
    details = {"document": document.id, "title": document.title, "kind": upload.kind.value, "sha256": digest}
    audit.record(session, viewer.name, "document.added", project_id, details)
    return Taken(document.id, tuple(document.checks), is_new=True)


def recognise(upload: Upload, limit_mb: int) -> Content:
    """识别内容 what a file is, by its content and not by its name; refuses what a dossier does not take."""
    content, name = upload.content, upload.file_name
    if not content:
        raise BadInput("document.empty", file=name)
    if len(content) > limit_mb * 1024 * 1024:
        raise BadInput("document.too_large", file=name, limit_mb=limit_mb)
    for reader in (_pdf, _office, _old_office, _image):
        found = reader(upload)
        if found is not None:
            return found
    raise BadInput("document.not_accepted", file=name)


def _pdf(upload: Upload) -> Content | None:
    return Content("application/pdf") if upload.content[:1024].lstrip().startswith(b"%PDF-") else None


def _office(upload: Upload) -> Content | None:
    if not upload.content.startswith(b"PK\x03\x04"):
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(upload.content)) as parts:
            names = set(parts.namelist())
    except zipfile.BadZipFile:
        return None
    return next((Content(kind) for part, kind in OFFICE_PARTS.items() if part in names), None)


def _old_office(upload: Upload) -> Content | None:
    """Word, Excel and PowerPoint of 97 to 2003 and WPS: a compound file (MS-CFB) with one of their streams."""
    streams = ("WordDocument", "Workbook", "Book", "PowerPoint Document")
    if not upload.content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return None
    known = any(f"{name}\0".encode("utf-16-le") in upload.content for name in streams)
    return Content("application/x-ole-storage") if known else None


def _image(upload: Upload) -> Content | None:
    try:
        with Image.open(io.BytesIO(upload.content), formats=("JPEG", "PNG", "WEBP")) as image:
            if image.width * image.height > PIXEL_LIMIT:
                raise BadInput("document.image_too_large", file=upload.file_name, pixels=PIXEL_LIMIT // 1_000_000)
            place, taken_at = camera_says(image, clock=store.BEIJING)
            image.draft("RGB", (256, 256))
            image.load()  # a picture that was cut off is found here
            media_type = IMAGE_TYPES[image.format or ""]
    except UnidentifiedImageError:
        return None
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise BadInput("document.broken_image", file=upload.file_name) from error
    return Content(media_type, place, taken_at.replace(tzinfo=None) if taken_at else None)


def _keep(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all, and on the disk."""
    if path.is_file():
        return
    try:
        with draft(environment.load().uploads) as folder:
            part = folder / path.name
            with part.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            path.parent.mkdir(parents=True, exist_ok=True)
            part.replace(path)
    except OSError as error:
        raise Refusal("document.not_kept", folder=str(environment.load().uploads)) from error


def _entry(session: Session, project: Project, upload: Upload, content: Content, digest: str) -> Document:
    file_name = PurePosixPath(upload.file_name.replace("\\", "/")).name
    uploaded_at = store.now()
    checks = _checks(session, project, upload.kind, content, uploaded_at)
    elsewhere = session.scalar(select(func.count()).select_from(Document).where(Document.sha256 == digest))
    if elsewhere:
        checks.append(finding("document.used_elsewhere", projects=elsewhere))
    return Document(
        project_id=project.id,
        kind=upload.kind.value,
        title=upload.title.strip() or PurePosixPath(file_name).stem,
        file_name=file_name,
        media_type=content.media_type,
        size_bytes=len(upload.content),
        sha256=digest,
        taken_at=content.taken_at,
        lon=content.place[0] if content.place else None,
        lat=content.place[1] if content.place else None,
        checks=checks,
        uploaded_at=uploaded_at,
    )


def _checks(
    session: Session, project: Project, kind: DocumentKind, content: Content, uploaded_at: datetime
) -> list[str]:
    if kind is not DocumentKind.PROGRESS_PHOTO or not content.is_image:
        return []
    return check_photo(PhotoRecord(content.place, content.taken_at, uploaded_at), _site(session, project))


def _site(session: Session, project: Project) -> Site:
    outline = session.scalar(_newest(ProjectFootprint, project.id))
    location = session.scalar(_newest(ProjectLocation, project.id))
    reported = select(Report.started_on).where(Report.project_id == project.id, Report.started_on.is_not(None))
    latest = reported.order_by(Report.year.desc(), Report.month.desc(), Report.revision.desc()).limit(1)
    started_on = project.started_on or session.scalar(latest)
    if outline is not None:
        return Site(shapely.from_wkb(outline.geometry), exact=True, started_on=started_on)
    if location is None or location.lon is None or location.lat is None:
        return Site(None, exact=False, started_on=started_on)
    exact = location.confidence == Confidence.EXACT
    return Site(shapely.Point(location.lon, location.lat), exact, started_on)


def _newest(table: type[ProjectFootprint] | type[ProjectLocation], project_id: int) -> Any:
    return select(table).where(table.project_id == project_id).order_by(table.revision.desc()).limit(1)
