"""档案材料 documents and photos of a dossier on the screen."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import streamlit as st

from geo.photos import upright
from monitor import settings, store
from monitor.errors import Refusal
from monitor.messages import explain, told
from monitor.model import Viewer
from monitor.queries.dossier import Dossier, Row, document_file
from monitor.services.documents import Upload, add_document
from monitor.services.rights import may_upload
from monitor.terms import DocumentKind
from monitor.ui.widgets import moment, nothing

DOUBTFUL = (
    "photo.far_from_site",
    "photo.before_start",
    "photo.in_the_future",
    "photo.stale",
    "document.used_elsewhere",
)
"""需核实 findings that a person has to look into."""

THUMBNAIL_PX = 560


def documents(viewer: Viewer, dossier: Dossier) -> None:
    """材料和照片 the section of a dossier: what is there, what was found of it, and taking in more."""
    held = dossier.documents
    if not held:
        way = "请在下方选择文件上传。" if may_upload(viewer) else "由区县填报员、核查员或管理员上传。"
        nothing("还没有材料和照片。", way)
    _photos(viewer, [row for row in held if row["media_type"].startswith("image/")])
    _files(viewer, [row for row in held if not row["media_type"].startswith("image/")])
    if may_upload(viewer):
        _upload(viewer, int(dossier.project["id"]))


def _photos(viewer: Viewer, photos: Sequence[Row]) -> None:
    columns = st.columns(3) if photos else []
    for place, photo in enumerate(photos):
        with columns[place % 3].container(border=True):
            _photo(viewer, photo)


def _photo(viewer: Viewer, photo: Row) -> None:
    try:
        path = document_file(viewer, photo["id"], store.engine())
    except Refusal as refusal:
        st.warning(explain(refusal))
        return
    st.image(thumbnail(path), width="stretch")
    _named(photo)
    st.caption(f"{_plain(photo['uploaded_by'])} {moment(photo['uploaded_at'])} 上传")
    found(photo["checks"])


def found(checks: Sequence[str]) -> None:
    """核对结果 what a photo's own place and moment say; what a person has to look into stands out."""
    for check in checks:
        if check.partition("?")[0] in DOUBTFUL:
            st.markdown(f":red[**需核实**] {told(check)}")
        else:
            st.caption(told(check))


def _files(viewer: Viewer, files: Sequence[Row]) -> None:
    for document in files:
        name, facts, button = st.columns([6, 3, 2], vertical_alignment="center")
        with name:
            _named(document)
        size = f"{document['size_bytes'] / 1024:,.0f} KB"
        facts.caption(f"{_plain(document['uploaded_by'])} {moment(document['uploaded_at'])} 上传，{size}")
        button.download_button(
            "下载",
            partial(_content, viewer, document["id"]),
            document["file_name"],
            document["media_type"],
            key=f"document_{document['id']}",
            on_click="ignore",
            width="stretch",
        )


def _content(viewer: Viewer, document_id: int) -> bytes:
    return document_file(viewer, document_id, store.engine()).read_bytes()


def _named(document: Row) -> None:
    kind = DocumentKind.labels().get(document["kind"], document["kind"])
    st.markdown(f"**{_plain(document['title'])}**({kind})")


@st.cache_data(max_entries=200, show_spinner=False)
def thumbnail(path: Path) -> bytes:
    """缩略图 a small upright JPEG of a photo."""
    return upright(path, THUMBNAIL_PX)


def _upload(viewer: Viewer, project_id: int) -> None:
    limit_mb = settings.load().document_limit_mb
    with st.form("upload", clear_on_submit=True):
        st.markdown("**上传材料**")
        st.caption(
            f"可上传图片（JPEG、PNG、WebP）、PDF、Word、Excel、PPT，单个文件不超过 {limit_mb} MB。"
            "现场照片请用手机拍摄的原图，以便核对位置和时间。"
        )
        kinds = DocumentKind.labels()
        kind = st.pills("类别", list(kinds), default=DocumentKind.PROGRESS_PHOTO.value, format_func=kinds.__getitem__)
        title = st.text_input("标题", placeholder="可不填，默认用文件名", max_chars=80)
        files = st.file_uploader("选择文件", accept_multiple_files=True)
        sent = st.form_submit_button("上传", type="primary")
    if sent and not files:
        st.warning("请先选择文件。")
    elif sent:
        chosen = DocumentKind.of_label(kind or "") or DocumentKind.OTHER
        uploads = [Upload(file.name, file.getvalue(), chosen, title or "") for file in files]
        st.session_state["taken"] = [_take(viewer, project_id, upload) for upload in uploads]
        st.rerun()
    for ok, text in st.session_state.pop("taken", []):
        (st.success if ok else st.error)(text)


def _take(viewer: Viewer, project_id: int, upload: Upload) -> tuple[bool, str]:
    try:
        taken = add_document(viewer, project_id, upload, store.engine())
    except Refusal as refusal:
        return False, _plain(explain(refusal))
    name = _plain(upload.file_name)
    if not taken.is_new:
        return True, f"“{name}”已在档案中，未重复收录。"
    return True, f"已收录“{name}”。" + "".join(told(check) for check in taken.checks)


def _plain(text: str) -> str:
    """Text in which nothing is Markdown."""
    return "".join(f"\\{sign}" if sign in r"\`*_{}[]()#+-.!|~<>$:" else sign for sign in text)
