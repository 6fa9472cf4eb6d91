"""What a fault rule may say: where it strikes, how, how often, and with which parameters."""

from fnmatch import fnmatchcase
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

Kind = Literal[
    "delay", "status", "timeout-after-done", "cut", "malformed", "duplicate", "reorder", "drop"
]  # fmt: skip
OUTBOUND_KINDS = frozenset({"duplicate", "reorder", "drop"})
SENDERS = frozenset({"events", "nexi"})
ALTINN = frozenset({"authentication", "events", "storage", "apps", "correspondence"})
REMOTES = ALTINN | {"maskinporten", "nexi", "hpr", "freg"}
GROUPS = {"*": REMOTES, "altinn": ALTINN}
LONGEST_DELAY_MS = 120_000


class Strict(BaseModel):
    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=to_camel,
        populate_by_name=True,
        hide_input_in_errors=True,
    )


class Parameters(Strict):
    """Times here are real ones: the clients' own limits are not scaled either."""

    ms: int = Field(1000, ge=0, le=LONGEST_DELAY_MS, description="delay; reorder: longest hold")
    status: Literal[401, 403, 404, 429, 500, 502, 503, 504] = Field(503, description="status")
    body: Literal["own", "html", "empty"] = Field("own", description="status: whose words")
    retry_after: float | None = Field(None, ge=0, description="status: seconds to wait")
    retry_after_as: Literal["seconds", "date", "milliseconds"] | None = Field(
        None, description="status: how the wait is written; each remote's own way without it"
    )
    seconds: float = Field(60.0, gt=0, le=600, description="timeout-after-done: longest silence")
    how: Literal["truncated", "html", "empty"] = Field("truncated", description="malformed")
    times: int = Field(1, ge=1, le=10, description="duplicate: copies")


class Rule(Strict):
    """Neither probability nor count: always. Both: at most so many times, each with that probability."""

    remote: str
    route: str = "*"
    method: str | None = None
    kind: Kind
    probability: float | None = Field(None, gt=0, le=1)
    count: int | None = Field(None, ge=1)
    parameters: Parameters = Parameters()

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if not self.remotes:
            raise ValueError(f"remote must be one of {', '.join(sorted(REMOTES | GROUPS.keys()))}")
        if self.is_outbound and not self.remotes & SENDERS:
            raise ValueError(f"{self.kind} strikes deliveries, and only events and nexi deliver")
        return self

    @property
    def remotes(self) -> frozenset[str]:
        return GROUPS.get(self.remote) or REMOTES & {self.remote}

    @property
    def is_outbound(self) -> bool:
        return self.kind in OUTBOUND_KINDS

    def concerns(self, remote: str, route: str, method: str | None = None) -> bool:
        """`route`: the path of a call, or the type of an event that is delivered."""
        if remote not in self.remotes or not fnmatchcase(route, self.route):
            return False
        return self.method is None or method is None or self.method.upper() == method

    def shown(self) -> dict[str, object]:
        """As it was written: only what was said."""
        said: dict[str, object] = self.model_dump(by_alias=True, exclude_unset=True, exclude_none=True)
        return said
