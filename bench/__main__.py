"""`make bench`: whole dialogs through hub and simulators, measured in one run.

Prints dialogs per second end to end, the hub's CPU per dialog, the time from hint to receipt, and memory.
"""

import json
import os
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

DIALOGS = int(os.environ.get("BENCH_DIALOGS", "240"))
AT_A_TIME = int(os.environ.get("BENCH_AT_A_TIME", "48"))

# Not the one that lapses: it waits for its deadlines and measures nothing but them.
SCRIPTS = ("complete", "deficient", "pays_later", "refused", "stranger_answers")

# From the hint that Altinn sends until Altinn has taken the receipt, in microseconds.
HINT_TO_RECEIPT = """
    SELECT receipt.closed_at - hint.received_at
    FROM outbox AS receipt
    JOIN inbox AS submission ON submission.id = receipt.cause
    JOIN outbox AS fetch ON fetch.id = submission.cause
    JOIN inbox AS hint ON hint.id = fetch.cause
    WHERE receipt.effect = 'SendReceipt' AND receipt.status = 'done'
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def play(folder: Path, dialogs: int, at_a_time: int) -> dict[str, Any]:
    """Play dialogs in a fresh folder. Exits when one did not end as its script says."""
    played = subprocess.run(
        [
            *(sys.executable, "-m", "app.cli", "demo", "--exit", "--json", "--data", str(folder)),
            *("--dialogs", str(dialogs), "--at-a-time", str(at_a_time)),
            *(word for script in SCRIPTS for word in ("--script", script)),
            *("--port", str(free_port()), "--simulator-port", str(free_port())),
        ],
        stdout=subprocess.PIPE,
        check=False,
    )
    report: dict[str, Any] = json.loads(played.stdout or b"{}")
    if played.returncode != 0:
        sys.exit(f"The dialogs did not end as their scripts say: {report.get('wrong')}")
    return report


def hint_to_receipt(folder: Path) -> list[float]:
    """Milliseconds, one for each receipt."""
    connection = sqlite3.connect(f"file:{folder / 'skranke.db'}?mode=ro", uri=True)
    found = [microseconds / 1000 for (microseconds,) in connection.execute(HINT_TO_RECEIPT)]
    connection.close()
    return found


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "bench"
        report = play(folder, DIALOGS, AT_A_TIME)
        waits = statistics.quantiles(hint_to_receipt(folder), n=100)
    start, end = report["hub_memory_mb"]
    rows = {
        "dialogs": f"{report['dialogs']} ({AT_A_TIME} at a time), {report['seconds']} s",
        "dialogs per second, end to end": f"{report['dialogs'] / report['seconds']:.1f}",
        "hub CPU per dialog": f"{report['hub_cpu_ms_per_dialog']} ms",
        "hint to receipt, p50 / p95": f"{waits[49]:.0f} / {waits[94]:.0f} ms",
        "hub memory at start / at end": f"{start} / {end} MB",
        "lost / done twice": f"{report['lost']} / {report['duplicates']}",
    }
    for name, value in rows.items():
        print(f"{name:32} {value}")


if __name__ == "__main__":
    main()
