"""运行设置 settings read from the environment; nothing else reads it."""

import json
import os
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
"""检出目录 the checkout: app.py, pages/ and data/ stand here."""

DATA = ROOT / "data"
"""随附数据 the shipped data."""


@dataclass(frozen=True)
class Settings:
    """运行设置 where the store and the uploads are.

    Attributes
    ----------
    home : Path
        ``PALMMAP_HOME``, default ``./var``: embedded store, uploads, scenes.
    database_url : str
        ``DATABASE_URL``, default the embedded SQLite file in ``home``.
    map_approval_number : str
        ``PALMMAP_MAP_APPROVAL_NUMBER`` (审图号), else that of the imported boundaries; shown on the map.
    document_limit_mb : int
        ``PALMMAP_DOCUMENT_LIMIT_MB``, default 20: largest document or photo that a dossier takes.
    stac_token : str
        ``PALMMAP_STAC_TOKEN``: sent to the image catalogue as ``Authorization: Bearer``; never kept or shown.
    stac_token_hosts : tuple of str
        ``PALMMAP_STAC_TOKEN_HOSTS``, by commas: hosts besides the catalogue's own that are given the token.
    s3_endpoint : str
        ``PALMMAP_S3_ENDPOINT``: HTTP address of the store whose files catalogues name as ``s3://bucket/key``.
    """

    home: Path
    database_url: str
    map_approval_number: str
    document_limit_mb: int = 20
    stac_token: str = field(default="", repr=False)
    stac_token_hosts: tuple[str, ...] = ()
    s3_endpoint: str = ""

    @property
    def uploads(self) -> Path:
        """上传文件目录 folder of uploaded documents, by content hash."""
        return self.home / "uploads"

    @property
    def scenes(self) -> Path:
        """影像目录 folder of the scenes: a COG and its STAC item each, by scene id."""
        return self.home / "scenes"

    @property
    def evidence(self) -> Path:
        """证据图目录 folder of the evidence pictures, by the key of their inspection; they can be made again."""
        return self.home / "evidence"

    @property
    def boundaries(self) -> Path:
        """边界目录 folder of the boundaries in use: the layer that was imported, else the shipped one."""
        imported = self.home / "boundaries"
        return imported if (imported / "counties.parquet").is_file() else DATA / "boundaries"


def load() -> Settings:
    """读取设置 settings from the environment as it is now."""
    home = Path(os.environ.get("PALMMAP_HOME", "var")).expanduser().resolve()
    url = os.environ.get("DATABASE_URL") or f"sqlite:///{home / 'palmmap.db'}"
    for scheme in ("postgres://", "postgresql://"):
        if url.startswith(scheme):
            url = "postgresql+psycopg://" + url.removeprefix(scheme)
    limit_mb = int(os.environ.get("PALMMAP_DOCUMENT_LIMIT_MB", "20"))
    approval_number = os.environ.get("PALMMAP_MAP_APPROVAL_NUMBER") or _approval_number(
        home / "boundaries" / "layer.json"
    )
    hosts = tuple(host.strip().lower() for host in os.environ.get("PALMMAP_STAC_TOKEN_HOSTS", "").split(",") if host)
    token, endpoint = (os.environ.get(f"PALMMAP_{name}", "").strip() for name in ("STAC_TOKEN", "S3_ENDPOINT"))
    return Settings(home, url, approval_number, limit_mb, token, hosts, endpoint)


def _approval_number(layer: Path) -> str:
    """Map approval number that came with the imported boundaries, or nothing."""
    return str(json.loads(layer.read_text(encoding="utf-8"))["approval_number"]) if layer.is_file() else ""
