"""Fixtures: stores that are really there, on SQLite and on a real PostgreSQL server."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from monitor import store
from monitor.settings import Settings
from monitor.tables import ProjectList, ReportingUnit

UNITS = [
    ("410000", "河南省", "province", None),
    ("410100", "郑州市", "city", "410000"),
    ("410122", "中牟县", "county", "410100"),
    ("410105", "金水区", "county", "410100"),
    ("410100-direct", "郑州市市直及跨区域", "bucket", "410100"),
    ("140000", "山西省", "province", None),
    ("140400", "长治市", "city", "140000"),
    ("140403", "潞州区", "county", "140400"),
    ("140404", "上党区", "county", "140400"),
    ("620000", "甘肃省", "province", None),
    ("620200", "嘉峪关市", "county", "620000"),
    ("520000", "贵州省", "province", None),
    ("520300", "遵义市", "city", "520000"),
    ("520329", "余庆县", "county", "520300"),
    ("370000", "山东省", "province", None),
    ("371300", "临沂市", "city", "370000"),
    ("371302", "兰山区", "county", "371300"),
]


def settings_for(home: Path, url: str | None = None) -> Settings:
    return Settings(home, url or f"sqlite:///{home / 'palmmap.db'}", "")


@pytest.fixture(scope="session")
def template_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """File of a store that has been initialised and holds no project yet."""
    home = tmp_path_factory.mktemp("template")
    engine = store.engine(settings_for(home))
    store.migrate(engine)
    with store.transaction(engine) as session:
        session.add_all(
            ReportingUnit(code=c, name=n, full_name=n, kind=k, parent_code=p, within=[]) for c, n, k, p in UNITS
        )
        session.add(ProjectList(key="provincial_major", label="省列重大项目", plan="002", position=0))
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return home / "palmmap.db"


@pytest.fixture
def engine(tmp_path: Path, template_store: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """Initialised, empty store in tmp_path; PALMMAP_HOME points to it."""
    shutil.copy(template_store, tmp_path / "palmmap.db")
    monkeypatch.setenv("PALMMAP_HOME", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    engine = store.engine(settings_for(tmp_path))
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def demo_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Store as `palmmap init --demo` makes it; read-only by convention."""
    from monitor.services import demo

    engine = store.engine(settings_for(tmp_path_factory.mktemp("demo")))
    store.initialise(engine)
    demo.load(engine)
    yield engine
    engine.dispose()
