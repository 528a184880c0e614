"""Dask 调度 chunks of inspections on this machine's processors, or on a cluster's."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from monitor.errors import Refusal

TIMEOUT_S = 10

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
        ``inspection.no_scheduler`` where nothing answers at the address.
    """

    def run(work: Work, chunks: Iterable[Sequence[Any]]) -> Iterator[list[Any]]:
        due = list(chunks)
        if address is None and len(due) <= 1:
            yield from map(work, due)
            return
        from distributed import as_completed

        with _client(address) as client:
            for task in as_completed(client.map(work, due, pure=False)):  # type: ignore[no-untyped-call]
                yield task.result()

    return run


def _client(address: str | None) -> Any:
    from distributed import Client

    if address is None:
        return Client(dashboard_address=None, threads_per_worker=1)  # type: ignore[no-untyped-call]
    try:
        return Client(address, timeout=TIMEOUT_S)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise Refusal("inspection.no_scheduler", address=address) from error
