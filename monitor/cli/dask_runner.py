"""Dask 调度 chunks of inspections on this machine's processors, or on a cluster's."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError
from pathlib import Path
from typing import Any

from monitor import settings
from monitor.errors import Refusal

TIMEOUT_S = 10
WORKERS: dict[str, Any] = {
    "distributed.worker.profile.enabled": False,
    "distributed.nanny.pre-spawn-environ.MALLOC_TRIM_THRESHOLD_": 1 << 28,
    "distributed.nanny.pre-spawn-environ.MALLOC_MMAP_THRESHOLD_": 1 << 25,
}
"""Dask's own workers look at themselves a hundred times a second and keep what they see, some 40 MB a thousand sites;
and they give every 64 KB that are free back to the system, which then hands out the same pages thousands of times a
site (ADR 6)."""

Work = Callable[[Sequence[Any]], list[Any]]


def runner(address: str | None) -> Callable[[Work, Iterable[Sequence[Any]]], Iterator[list[Any]]]:
    """运行器 a ``geo.batch.Runner`` on a Dask cluster: chunks come back as they are done.

    Parameters
    ----------
    address : str or None
        Scheduler of a cluster whose workers have this package and see the same data home; None = this machine alone,
        where a single chunk is not worth starting workers for.

    Raises
    ------
    Refusal
        ``inspection.no_scheduler`` where nothing answers at the address; ``inspection.no_workers``,
        ``inspection.worker_lacks_package``, ``inspection.home_not_seen`` where its workers cannot do the work;
        ``inspection.worker_lost`` where they break off.
    """

    def run(work: Work, chunks: Iterable[Sequence[Any]]) -> Iterator[list[Any]]:
        due = list(chunks)
        if address is None and len(due) <= 1:
            yield from map(work, due)
            return
        from distributed import KilledWorker, as_completed
        from distributed.comm.core import CommClosedError

        with _client(address) as client:
            if address is not None and due:
                check_workers(client, address)
            try:
                for task in as_completed(client.map(work, due, pure=False)):  # type: ignore[no-untyped-call]
                    yield task.result()
            except (KilledWorker, CommClosedError, CancelledError) as error:
                raise Refusal("inspection.worker_lost") from error

    return run


def check_workers(client: Any, address: str) -> None:
    """检查工作进程 every worker of a cluster has this package and can write into the same data home.

    Raises
    ------
    Refusal
        ``inspection.no_workers``, ``inspection.worker_lacks_package``, ``inspection.home_not_seen``.
    """
    try:
        client.wait_for_workers(1, timeout=TIMEOUT_S)
    except TimeoutError as error:
        raise Refusal("inspection.no_workers", address=address, seconds=TIMEOUT_S) from error
    home = settings.load().home
    for worker, seen in client.run(sees, str(home), on_error="return").items():
        if isinstance(seen, Exception):  # Dask wraps what a worker could not import
            raise Refusal("inspection.worker_lacks_package", worker=worker)
        if not seen:
            raise Refusal("inspection.home_not_seen", worker=worker, home=home)


def sees(home: str) -> bool:
    """可见数据目录 whether this process can write into a data home with scenes; asked of every worker."""
    return os.access(home, os.W_OK) and (Path(home) / "scenes").is_dir()


def _client(address: str | None) -> Any:
    import dask
    from distributed import Client

    if address is None:
        with dask.config.set(WORKERS):
            return Client(dashboard_address=None, threads_per_worker=1)  # type: ignore[no-untyped-call]
    try:
        return Client(address, timeout=TIMEOUT_S)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise Refusal("inspection.no_scheduler", address=address) from error
