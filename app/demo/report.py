"""How the dialogs went, for people and for programs."""

from collections import Counter
from dataclasses import dataclass

import orjson
from rich.console import Console
from rich.table import Table

from app.demo.scripts import Played

OUTCOMES = ("granted", "refused", "lapsed", "withdrawn", "rejected", "open")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """`wrong` says of each dialog that did not end as scripted why; memory is at start and end, in bytes."""

    played: tuple[Played, ...]
    wrong: tuple[str, ...]
    lost: int
    doubled: tuple[str, ...]
    parked: int
    seconds: float
    hub_cpu_seconds: float
    hub_memory_bytes: tuple[int, int]

    @property
    def dialogs(self) -> int:
        return len(self.played) + len(self.wrong)

    @property
    def as_scripted(self) -> bool:
        return not self.wrong and self.lost == 0 and not self.doubled

    @property
    def hub_cpu_ms_per_dialog(self) -> float:
        return round(1000 * self.hub_cpu_seconds / max(self.dialogs, 1), 1)

    def counts(self) -> dict[str, int]:
        outcomes = Counter(each.outcome for each in self.played)
        return {outcome: outcomes[outcome] for outcome in OUTCOMES}

    def tagged(self, tag: str) -> int:
        return sum(1 for each in self.played if tag in each.tags)


def as_json(report: Report) -> str:
    told = {
        "dialogs": report.dialogs,
        **report.counts(),
        "healed": report.tagged("healed"),
        "parked": report.tagged("parked"),
        "lost": report.lost,
        "duplicates": len(report.doubled),
        "seconds": round(report.seconds, 2),
        "hub_cpu_ms_per_dialog": report.hub_cpu_ms_per_dialog,
        "hub_memory_mb": [round(each / 1e6, 1) for each in report.hub_memory_bytes],
        "wrong": [*report.wrong, *report.doubled],
    }
    return orjson.dumps(told).decode()


def print_report(out: Console, report: Report, hub_url: str, simulators_url: str) -> None:
    table = Table(box=None, pad_edge=False, show_header=False)
    for outcome, count in report.counts().items():
        if count:
            table.add_row(outcome, str(count))
    table.add_row("of these healed by a supplement", str(report.tagged("healed")))
    table.add_row("messages parked", str(report.parked))
    table.add_row("lost / done twice", f"{report.lost} / {len(report.doubled)}")
    out.print(f"\n{report.dialogs} dialogs in {report.seconds:.1f} s", highlight=False)
    out.print(table)
    for line in report.wrong:
        out.print(f"not as scripted: {line}", style="red", markup=False)
    for line in report.doubled:
        out.print(f"done twice: {line}", style="red", markup=False)
    out.print(
        f"""
What to try
  Caseworkers  {hub_url}/cases   cases, why each waits, a decision
  Operations   {hub_url}/parked  messages that wait for a person, with the reason
               {hub_url}/queues  queues and connectors
  Applicants   {simulators_url}/        choose a person, apply, pay, read the inbox, answer a deficiency
  Books        {simulators_url}/books   what the simulators have seen""",
        highlight=False,
        soft_wrap=True,
    )
