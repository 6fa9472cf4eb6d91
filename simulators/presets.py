"""Ready-made scripts of faults."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from simulators.fault_rules import Kind, Parameters, Rule
from simulators.phases import Phase


@dataclass(frozen=True, slots=True)
class Preset:
    name: str
    title: str
    phases: tuple[Phase, ...]

    @property
    def length(self) -> float:
        """Seconds until it is over; 0 where it has no end of its own."""
        return max((phase.after + (phase.lasts or 0) for phase in self.phases), default=0)


def _mixed(kind: Kind, percent: int, parameters: Parameters | None = None) -> Rule:
    return Rule(remote="*", kind=kind, probability=percent / 100, parameters=parameters or Parameters())


# One call in five meets something. 401, 403 and 404 are left out: by the contracts those are answers
# about the caller and what is asked for, no mishaps.
ROUGH = (
    _mixed("delay", 4, Parameters(ms=500)),
    _mixed("status", 2, Parameters(status=500)),
    _mixed("status", 1, Parameters(status=502, body="html")),
    _mixed("status", 3, Parameters(status=503)),
    _mixed("status", 1, Parameters(status=503, retry_after=2, retry_after_as="date")),
    _mixed("status", 1, Parameters(status=504, body="html")),
    _mixed("status", 2, Parameters(status=429, retry_after=1)),
    _mixed("timeout-after-done", 1, Parameters(seconds=10)),
    _mixed("cut", 2),
    _mixed("malformed", 1),
    _mixed("malformed", 1, Parameters(how="html")),
    _mixed("malformed", 1, Parameters(how="empty")),
    _mixed("duplicate", 10),
    _mixed("reorder", 10, Parameters(ms=2000)),
)
LOST = tuple(Rule(remote=remote, kind="drop", probability=0.1) for remote in ("events", "nexi"))
HPR_DOWN = (Rule(remote="hpr", kind="status", parameters=Parameters(status=503)),)
ALTINN_DOWN = (Rule(remote="altinn", kind="status", parameters=Parameters(status=503)),)
NEXI_SLOW = (Rule(remote="nexi", kind="delay", parameters=Parameters(ms=4000)),)


def _phase(name: str, rules: Iterable[Rule], *, after: float = 0, lasts: float | None = None) -> Phase:
    return Phase(name=name, after=after, lasts=lasts, rules=tuple(rules))


def _in_turn(*parts: tuple[str, tuple[Rule, ...], float]) -> tuple[Phase, ...]:
    phases, after = [], 0.0
    for name, rules, lasts in parts:
        phases.append(_phase(name, rules, after=after, lasts=lasts))
        after += lasts
    return tuple(phases)


_ALL = (
    Preset("calm", "Alt virker", ()),
    Preset("rough", "Ett av fem kall går galt, overalt", (_phase("Ruskevær", ROUGH),)),
    Preset("hpr-down", "HPR er nede i to minutter", (_phase("HPR nede", HPR_DOWN, lasts=120),)),
    Preset("altinn-down", "Altinn er nede i fem minutter", (_phase("Altinn nede", ALTINN_DOWN, lasts=300),)),
    Preset("nexi-slow", "Nexi bruker fire sekunder på hvert svar", (_phase("Nexi treg", NEXI_SLOW),)),
    Preset(
        "events-lost",
        "Hver tiende hendelse og betalingsmelding går tapt",
        (_phase("Hendelser går tapt", LOST),),
    ),
    Preset(
        "storm",
        "Alt på rad, i tjue minutter",
        _in_turn(
            ("Ruskevær", ROUGH, 300),
            ("HPR nede", HPR_DOWN, 120),
            ("Altinn nede", ALTINN_DOWN, 300),
            ("Nexi treg", NEXI_SLOW, 120),
            ("Hendelser går tapt", LOST, 240),
            ("Ruskevær og tapte hendelser", ROUGH + LOST, 120),
        ),
    ),
)
PRESETS: Mapping[str, Preset] = {preset.name: preset for preset in _ALL}
