"""Documents and photos in a dossier: what is taken, what is refused, and what a photo says against the site."""

import io
import resource
import zipfile
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
import shapely
from PIL import ExifTags, Image
from sqlalchemy import Engine, select

from monitor import settings, store
from monitor.errors import BadInput, Forbidden, NotFound, Refusal
from monitor.messages import explain, told
from monitor.model import Viewer
from monitor.queries.dossier import document_file
from monitor.services import audit
from monitor.services.documents import Upload, add_document
from monitor.services.photo_checks import PhotoRecord, Site, check_photo, distance_m
from monitor.tables import AuditEntry, Document, Project, ProjectFootprint, ProjectLocation
from monitor.terms import DocumentKind, Role

CLERK = Viewer("李市长", Role.OPERATOR)
SQUARE = shapely.box(107.88, 27.22, 107.89, 27.23)


@pytest.fixture
def project_id(engine: Engine) -> int:
    """A project in 余庆县 with an outline, started on 2024-03-01."""
    with store.transaction(engine) as session:
        at = datetime.fromisoformat("2024-01-01")
        project = Project(
            name="余庆县污水处理厂",
            unit_code="520329",
            stage="implementation",
            started_on=date(2024, 3, 1),
            created_at=at,
            updated_at=at,
        )
        session.add(project)
        session.flush()
        session.add(
            ProjectFootprint(
                project_id=project.id, revision=1, geometry=shapely.to_wkb(SQUARE), area_m2=1.1e6, recorded_at=at
            )
        )
        return project.id


def photo(lon: float | None = 107.885, lat: float = 27.225, taken: str | None = None, colour: str = "blue") -> bytes:
    """A JPEG as a phone writes it."""
    image, exif = Image.new("RGB", (64, 48), colour), Image.Exif()
    if lon is not None:
        exif.get_ifd(ExifTags.IFD.GPSInfo).update(
            {1: "N", 2: _sexagesimal(lat), 3: "E", 4: _sexagesimal(lon)},
        )
    if taken:
        exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = taken
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif)
    return out.getvalue()


def _sexagesimal(value: float) -> tuple[Fraction, Fraction, Fraction]:
    whole = Fraction(round(value * 3_600_000), 1000)
    return whole // 3600 * Fraction(1), whole % 3600 // 60 * Fraction(1), whole % 60


def office(part: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as parts:
        parts.writestr(part, "<x/>")
    return out.getvalue()


def site_photo(content: bytes, name: str = "现场.jpg") -> Upload:
    return Upload(name, content, DocumentKind.PROGRESS_PHOTO)


def test_a_photo_is_kept_with_its_place_time_and_findings(engine: Engine, project_id: int) -> None:
    an_hour_ago = datetime.now(store.BEIJING) - timedelta(hours=1)
    content = photo(taken=an_hour_ago.strftime("%Y:%m:%d %H:%M:%S"))
    taken = add_document(CLERK, project_id, site_photo(content), engine)
    with store.transaction(engine) as session:
        document = session.get(Document, taken.document_id)
        assert document is not None
        assert (document.lon, document.lat) == (pytest.approx(107.885, abs=1e-6), pytest.approx(27.225, abs=1e-6))
        assert document.taken_at == an_hour_ago.astimezone(UTC).replace(tzinfo=None, microsecond=0)
        assert (document.media_type, document.uploaded_by, document.title) == ("image/jpeg", "李市长", "现场")
    assert [told(check) for check in taken.checks] == [
        "拍摄地点在项目红线内。",
        f"拍摄于 {an_hour_ago.date()}。",
    ]
    assert document_file(CLERK, taken.document_id, engine).read_bytes() == content


def test_a_photo_from_elsewhere_and_before_the_start_says_so(engine: Engine, project_id: int) -> None:
    taken = add_document(CLERK, project_id, site_photo(photo(lon=107.91, taken="2024:02:01 10:00:00")), engine)
    far, early = map(told, taken.checks)
    assert far.startswith("拍摄地点距项目 19")
    assert "超过 500 米" in far
    assert early == "拍摄于 2024-02-01，早于项目开工日期 2024-03-01，请核实。"


def test_the_same_file_twice_is_once(engine: Engine, project_id: int) -> None:
    first = add_document(CLERK, project_id, site_photo(photo()), engine)
    second = add_document(CLERK, project_id, site_photo(photo(), "另名.jpg"), engine)
    assert (second.document_id, second.is_new) == (first.document_id, False)
    with engine.connect() as connection:
        assert connection.scalars(select(AuditEntry.action)).all() == ["document.added"]
    assert audit.verify(engine).first_broken_id is None
    assert len([p for p in settings.load().uploads.rglob("*") if p.is_file()]) == 1


def test_a_photo_used_for_another_project_is_named(engine: Engine, project_id: int) -> None:
    with store.transaction(engine) as session:
        now = store.now()
        other = Project(name="另一项目", unit_code="520329", stage="implementation", created_at=now, updated_at=now)
        session.add(other)
        session.flush()
        other_id = other.id
    add_document(CLERK, project_id, site_photo(photo()), engine)
    again = add_document(CLERK, other_id, site_photo(photo()), engine)
    assert "document.used_elsewhere?projects=1" in again.checks


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("批复.pdf", b"%PDF-1.7\n", "application/pdf"),
        (
            "合同.docx",
            office("word/document.xml"),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        ("表.xlsx", office("xl/workbook.xml"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (
            "旧表.xls",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(64) + "Workbook\0".encode("utf-16-le"),
            "application/x-ole-storage",
        ),
        ("图.png", b"", "image/png"),
    ],
)
def test_files_are_known_by_their_content(
    engine: Engine, project_id: int, name: str, content: bytes, media_type: str
) -> None:
    if not content:
        out = io.BytesIO()
        Image.new("L", (5, 5)).save(out, "PNG")
        content = out.getvalue()
    taken = add_document(CLERK, project_id, Upload("随便.bin", content, DocumentKind.OTHER, name), engine)
    with engine.connect() as connection:
        assert connection.execute(select(Document.media_type, Document.title)).all() == [(media_type, name)]
    assert taken.checks == ()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "document.empty"),
        (b"MZ\x90\x00 a program called photo.jpg", "document.not_accepted"),
        (b"<html><script>alert(1)</script></html>", "document.not_accepted"),
        (office("META-INF/MANIFEST.MF"), "document.not_accepted"),
        (b"PK\x03\x04 no zip", "document.not_accepted"),
        (photo()[:-200], "document.broken_image"),
        (bytes(20 * 1024 * 1024 + 1), "document.too_large"),
    ],
)
def test_what_is_no_document_is_refused_in_one_sentence(
    engine: Engine, project_id: int, content: bytes, code: str
) -> None:
    with pytest.raises(BadInput) as refused:
        add_document(CLERK, project_id, site_photo(content, "照片.jpg"), engine)
    assert refused.value.code == code
    assert "照片.jpg" in explain(refused.value)
    with engine.connect() as connection:
        assert connection.scalars(select(Document.id)).all() == []
        assert connection.scalars(select(AuditEntry.id)).all() == []


def test_the_size_limit_is_a_setting(engine: Engine, project_id: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PALMMAP_DOCUMENT_LIMIT_MB", "1")
    with pytest.raises(BadInput) as refused:
        add_document(CLERK, project_id, site_photo(bytes(2 * 1024 * 1024), "大图.jpg"), engine)
    assert explain(refused.value) == "文件“大图.jpg”超过 1 MB，请压缩后重新上传。"


def test_no_one_reaches_documents_of_another_district(engine: Engine, project_id: int) -> None:
    stranger = Viewer("张某", Role.DISTRICT, "371302")
    with pytest.raises(NotFound):
        add_document(stranger, project_id, site_photo(photo()), engine)
    taken = add_document(CLERK, project_id, site_photo(photo()), engine)
    with pytest.raises(NotFound) as refused:
        document_file(stranger, taken.document_id, engine)
    assert refused.value.code == "document.not_found"


def test_a_file_name_cannot_leave_the_uploads(engine: Engine, project_id: int) -> None:
    add_document(CLERK, project_id, site_photo(photo(), "..\\..\\etc/passwd.jpg"), engine)
    with engine.connect() as connection:
        assert connection.scalar(select(Document.file_name)) == "passwd.jpg"


def test_a_lost_file_is_said(engine: Engine, project_id: int) -> None:
    taken = add_document(CLERK, project_id, site_photo(photo()), engine)
    document_file(CLERK, taken.document_id, engine).unlink()
    with pytest.raises(NotFound) as refused:
        document_file(CLERK, taken.document_id, engine)
    assert "现场.jpg" in explain(refused.value)


def test_an_approximate_place_is_not_held_against_a_photo(engine: Engine, project_id: int) -> None:
    with store.transaction(engine) as session:
        session.delete(session.scalars(select(ProjectFootprint)).one())
        session.add(
            ProjectLocation(
                project_id=project_id,
                revision=1,
                lon=107.0,
                lat=27.0,
                adcodes=["520329"],
                method="address",
                confidence="county",
                recorded_at=store.now(),
            )
        )
    taken = add_document(CLERK, project_id, site_photo(photo()), engine)
    assert told(taken.checks[0]).startswith("项目位置为近似位置，照片距其约 ")


NOW = datetime.fromisoformat("2024-10-31T08:00:00")


@pytest.mark.parametrize(
    ("place", "taken_at", "codes"),
    [
        (None, None, ["photo.no_position", "photo.no_time_stated"]),
        ((107.885, 27.225), NOW - timedelta(days=1), ["photo.inside_site", "photo.taken_on"]),
        ((107.8901, 27.225), NOW - timedelta(days=60), ["photo.near_site", "photo.stale"]),
        ((107.95, 27.225), NOW + timedelta(hours=1), ["photo.far_from_site", "photo.in_the_future"]),
        ((107.95, 27.225), datetime.fromisoformat("2023-01-01"), ["photo.far_from_site", "photo.before_start"]),
    ],
)
def test_findings(place: tuple[float, float] | None, taken_at: datetime | None, codes: list[str]) -> None:
    found = check_photo(PhotoRecord(place, taken_at, NOW), Site(SQUARE, exact=True, started_on=date(2024, 3, 1)))
    assert [check.partition("?")[0] for check in found] == codes
    assert all(told(check).endswith("。") for check in found)


def test_distances_are_metres_on_the_ground() -> None:
    assert distance_m((107.885, 27.225), SQUARE) == 0
    assert distance_m((107.885, 27.24), SQUARE) == pytest.approx(1108.1, abs=1)  # 0.01° of the meridian at 27.2° N
    assert distance_m((107.885, 27.225), shapely.Point(107.895, 27.225)) == pytest.approx(990.5, abs=1)


def test_a_camera_without_a_fix_has_no_place(engine: Engine, project_id: int, tmp_path: Path) -> None:
    taken = add_document(CLERK, project_id, site_photo(photo(lon=0.0, lat=0.0)), engine)
    assert taken.checks == ("photo.no_position", "photo.no_time_stated")


def test_a_leader_looks_and_does_not_upload(engine: Engine, project_id: int) -> None:
    with pytest.raises(Forbidden) as refused:
        add_document(Viewer("李市长"), project_id, site_photo(photo()), engine)
    assert explain(refused.value) == ("角色“领导”只能查看\uff0c不能上传材料\uff1b请由区县填报员、核查员或管理员办理。")
    assert add_document(Viewer("王核查", Role.INSPECTOR), project_id, site_photo(photo()), engine).is_new


def test_a_full_disk_has_a_sentence_and_leaves_nothing(engine: Engine, project_id: int) -> None:
    upload = Upload("\u5927.jpg", photo() + b"\0" * 200_000, DocumentKind.PROGRESS_PHOTO)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
    try:
        with pytest.raises(Refusal, match=r"document\.not_kept"):
            add_document(CLERK, project_id, upload, engine)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert [path for path in settings.load().uploads.rglob("*") if path.is_file()] == []
