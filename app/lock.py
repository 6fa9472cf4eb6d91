"""One process to an embedded database: a second one is told so at once."""

import fcntl
import os
from pathlib import Path
from typing import IO


class AlreadyRunning(Exception):
    """Another process works on the same data folder."""


def take_lock(data_dir: Path) -> IO[str]:
    """Hold the lock while the returned file stays open. Raises `AlreadyRunning`."""
    file = (data_dir / "skranke.lock").open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        holder = file.read().strip()
        file.close()
        raise AlreadyRunning(
            f"Skranke runs on {data_dir} already (process {holder or 'unknown'}); stop it, or choose another "
            "data folder"
        ) from None
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file
