"""Fixtures: stores that are really there, on SQLite and on a real PostgreSQL server."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, text

from monitor import store
from monitor.model import Viewer
from monitor.services import demo
from monitor.settings import ROOT, Settings


def settings_for(home: Path, url: str | None = None) -> Settings:
    return Settings(home, url or f"sqlite:///{home / 'palmmap.db'}", "")


def _fold_log_in(engine: Engine) -> None:
    """Bring what the write-ahead log holds into the file itself, so that the file alone is the store."""
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()


@pytest.fixture(autouse=True)
def own_main(monkeypatch: pytest.MonkeyPatch) -> None:
    """Streamlit's tester leaves app.py behind as the main module, which a process that is spawned would run."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])


@pytest.fixture(scope="session")
def template_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """File of a store that has been initialised and holds no project yet."""
    home = tmp_path_factory.mktemp("template")
    engine = store.engine(settings_for(home))
    store.initialise(engine)
    _fold_log_in(engine)
    return home / "palmmap.db"


@pytest.fixture(scope="session")
def demo_engine(tmp_path_factory: pytest.TempPathFactory, template_store: Path) -> Iterator[Engine]:
    """Store with the demo loaded; one for all tests, which only read it."""
    home = tmp_path_factory.mktemp("demo")
    shutil.copy(template_store, home / "palmmap.db")
    engine = store.engine(settings_for(home))
    demo.load(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def engine(tmp_path: Path, template_store: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """Initialised, empty store in tmp_path; PALMMAP_HOME points to it."""
    shutil.copy(template_store, tmp_path / "palmmap.db")
    monkeypatch.setenv("PALMMAP_HOME", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    engine = store.engine(settings_for(tmp_path))
    yield engine
    engine.dispose()


def _postgres_programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    on_path = shutil.which("initdb")
    programs = [*map(str, found), *([on_path] if on_path else [])]
    assert programs, "PostgreSQL is not installed: apt-get install postgresql (make test does it)"
    return Path(programs[-1]).parent


def _as_postgres(*command: str) -> None:
    """Run a program of PostgreSQL, which refuses to run as root."""
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    done = subprocess.run([*prefix, *command], cwd="/", capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a real PostgreSQL server, started for this session on a free port; {name} is the database."""
    programs = _postgres_programs()
    folder = Path(os.environ.get("PALMMAP_TEST_POSTGRES_DIR", "/tmp")) / f"palmmap-postgres-{os.getpid()}"
    folder.mkdir()
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data = str(folder / "data")
    _as_postgres(str(programs / "initdb"), "-D", data, "-U", "palmmap", "-A", "trust", "-E", "UTF8", "--locale=C")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}"
    control = str(programs / "pg_ctl")
    _as_postgres(control, "-D", data, "-o", options, "-l", str(folder / "log"), "-w", "start")
    yield f"postgresql+psycopg://palmmap@127.0.0.1:{port}/{{name}}"
    _as_postgres(control, "-D", data, "-m", "immediate", "-w", "stop")
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Name of a database that has been initialised and holds no project yet."""
    _on_server(postgres_url, "CREATE DATABASE template_store")
    engine = store.engine(settings_for(tmp_path_factory.mktemp("postgres"), postgres_url.format(name="template_store")))
    store.initialise(engine)
    engine.dispose()
    return "template_store"


def _on_server(url: str, statement: str) -> None:
    server = create_engine(url.format(name="postgres"), isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(statement))
    server.dispose()


@pytest.fixture
def postgres_engine(
    postgres_url: str, postgres_template: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Engine]:
    """Initialised, empty store on the PostgreSQL server; DATABASE_URL points to it."""
    name = f"test_{abs(hash(tmp_path))}"
    _on_server(postgres_url, f"CREATE DATABASE {name} TEMPLATE {postgres_template}")
    url = postgres_url.format(name=name)
    monkeypatch.setenv("PALMMAP_HOME", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", url)
    engine = store.engine(settings_for(tmp_path, url))
    yield engine
    engine.dispose()
    _on_server(postgres_url, f"DROP DATABASE {name}")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def any_engine(request: pytest.FixtureRequest) -> Engine:
    """The same test on both kinds of store."""
    found: Engine = request.getfixturevalue("engine" if request.param == "sqlite" else "postgres_engine")
    return found


@pytest.fixture
def open_page(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Open one page through app.py, as a viewer, with what its address says: a Streamlit AppTest."""
    import streamlit as st
    from streamlit.testing.v1 import AppTest

    from monitor.web import access, menu

    def open_one(address: str, viewer: Viewer | None = None, **query: str) -> AppTest:
        st.cache_data.clear()
        st.cache_resource.clear()
        first = [page for page in menu.MENU if page.address == address]
        monkeypatch.setattr(menu, "MENU", (*first, *(page for page in menu.MENU if page.address != address)))
        monkeypatch.setattr(access, "LOCAL", viewer or Viewer("李市长"))
        page = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        for key, value in query.items():
            page.query_params[key] = value
        return page.run()

    return open_one
