from dataclasses import dataclass

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatorSettings:
    """What a caller may choose. `time_scale` multiplies every retry, scan and publish delay."""

    host: str = "127.0.0.1"
    port: int = 8001
    seed: int = 1
    persons: int = 200
    time_scale: float = 1.0
    public_url: str = ""
    plain_http_hosts: frozenset[str] = LOOPBACK
    nexi_secret_key: str = "test-secret-key-skranke"

    @property
    def base_url(self) -> str:
        """The address that every issuer, link and event source is built from; no trailing slash."""
        return self.public_url.rstrip("/") or f"http://{self.host}:{self.port}"

    @property
    def maskinporten_issuer(self) -> str:
        return f"{self.base_url}/maskinporten/"

    @property
    def altinn_issuer(self) -> str:
        return f"{self.base_url}/platform/authentication/api/v1/openid/"

    @property
    def events_url(self) -> str:
        return f"{self.base_url}/platform/events/api/v1"

    @property
    def storage_url(self) -> str:
        return f"{self.base_url}/platform/storage/api/v1"

    @property
    def correspondence_url(self) -> str:
        return f"{self.base_url}/platform/correspondence/api/v1/correspondence"

    def app_url(self, app_id: str) -> str:
        return f"{self.base_url}/apps/{app_id}"
