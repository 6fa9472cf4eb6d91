"""Which faults are about to strike. The same seed and the same calls give the same faults."""

from asyncio import Event
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from random import Random

from simulators.fault_rules import Rule


@dataclass(slots=True, eq=False)
class ActiveRule:
    """A rule with its own dice, so that other rules' calls do not move them."""

    rule: Rule
    random: Random
    phase: str = ""
    hits: int = 0

    def strikes(self) -> bool:
        chosen = self.rule.probability is None or self.random.random() < self.rule.probability
        if not chosen or (self.rule.count is not None and self.hits >= self.rule.count):
            return False
        self.hits += 1
        return True


@dataclass(frozen=True, slots=True)
class Inbound:
    """What happens to one call: a wait, and at most one thing after it."""

    delay_ms: int = 0
    rule: Rule | None = None


@dataclass(frozen=True, slots=True)
class Outbound:
    """What happens to one delivery."""

    dropped: bool = False
    copies: int = 0
    hold_ms: int = 0


@dataclass(slots=True)
class Faults:
    """`active` strikes; `ended` is kept for the books."""

    seed: int = 1
    active: list[ActiveRule] = field(default_factory=list)
    ended: list[ActiveRule] = field(default_factory=list)
    _held: dict[str, list[Event]] = field(default_factory=dict)

    def begin(self, rules: Iterable[Rule], *, phase: str = "", seed: int | None = None) -> list[ActiveRule]:
        chosen = self.seed if seed is None else seed
        begun = [
            ActiveRule(rule, Random(f"{chosen}:{phase}:{number}"), phase) for number, rule in enumerate(rules)
        ]
        self.active += begun
        return begun

    def end(self, rules: Sequence[ActiveRule]) -> None:
        for rule in rules:
            if rule in self.active:
                self.active.remove(rule)
                self.ended.append(rule)

    def by_hand(self) -> list[ActiveRule]:
        """Those that belong to no phase."""
        return [active for active in self.active if not active.phase]

    def inbound(self, remote: str, method: str, path: str) -> Inbound:
        """Delays add up; the first other fault is the only one."""
        delay = 0
        for active in self.active:
            rule = active.rule
            if rule.is_outbound or not rule.concerns(remote, path, method) or not active.strikes():
                continue
            if rule.kind != "delay":
                return Inbound(delay, rule)
            delay += rule.parameters.ms
        return Inbound(delay)

    def outbound(self, remote: str, kind_of_event: str) -> Outbound:
        """Whoever comes while another is held goes first and is not held itself: that is the swap."""
        copies = hold = 0
        for active in self.active:
            rule = active.rule
            if not rule.is_outbound or not rule.concerns(remote, kind_of_event):
                continue
            if rule.kind == "reorder" and (hold or self._held.get(remote)):
                continue
            if not active.strikes():
                continue
            match rule.kind:
                case "drop":
                    return Outbound(dropped=True)
                case "duplicate":
                    copies += rule.parameters.times
                case _:
                    hold = rule.parameters.ms
        return Outbound(copies=copies, hold_ms=hold)

    def hold(self, remote: str) -> Event:
        held = Event()
        self._held.setdefault(remote, []).append(held)
        return held

    def release(self, remote: str, held: Event | None = None) -> None:
        """Lets those go that are held, or the one that has waited long enough."""
        waiting = self._held.get(remote, [])
        for each in [held] if held is not None else list(waiting):
            each.set()
            if each in waiting:
                waiting.remove(each)
