"""在写目录 folders for what is being written or fetched: gone when that is done, or when the next process writes there.

A draft holds a lock that the system lets go of when its process ends, however it ends: what is locked is being written,
by this process or another, and what is not is left over.
"""

import fcntl
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp

UNLOCKED, DRAFT, LOCK = ".new-", ".part-", ".lock"
STALE_S = 86_400
"""age from which a draft without a lock file is left over: of an earlier version, or killed in between."""


@contextmanager
def draft(place: Path) -> Iterator[Path]:
    """在写目录 an empty hidden folder in a place, for the time of the block; what is finished is renamed out of it.

    Parameters
    ----------
    place : Path
        Folder on the disk where the finished files will be; made if it is not there.
    """
    place.mkdir(parents=True, exist_ok=True)
    _clear(place)
    folder = Path(mkdtemp(dir=place, prefix=UNLOCKED))
    try:
        with (folder / LOCK).open("w") as lock:
            with suppress(OSError):  # a disk of the network without locks: nobody clears there either
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            folder = folder.rename(place / folder.name.replace(UNLOCKED, DRAFT, 1))
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _clear(place: Path) -> None:
    """Remove what killed processes have left."""
    for folder in (*place.glob(f"{DRAFT}*"), *place.glob(f"{UNLOCKED}*")):
        with suppress(OSError):  # another process is writing there, or has just cleared it
            lock = folder / LOCK
            if folder.name.startswith(DRAFT) and lock.is_file():
                with lock.open("r+") as held:
                    fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(folder, ignore_errors=True)
            elif time.time() - folder.stat().st_mtime > STALE_S:
                shutil.rmtree(folder, ignore_errors=True)
