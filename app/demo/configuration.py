"""The demo's own configuration: a file like any other, with keys made for the occasion."""

import json
import secrets
import tomllib
from pathlib import Path
from typing import Any

from joserfc.jwk import RSAKey

from config.settings import new_key

CLIENT_ID = "skranke-demo"
SCOPES = [
    "altinn:serviceowner",
    "altinn:serviceowner/instances.read",
    "altinn:serviceowner/instances.write",
    "altinn:events.subscribe",
    "altinn:correspondence.write",
    "nhn:hpr/basic",
    "nhn:hpr/extended",
    "folkeregister:deling/offentligmedhjemmel",
]
NEXI_KEY = "test-secret-key-skranke"
"""What the simulated Nexi accepts; it opens nothing else."""


def configure(data: Path, hub_url: str, simulators_url: str, port: int) -> tuple[Path, dict[str, Any]]:
    """The configuration file and the public key to register. Keys are made once in a data folder."""
    file, key_file = data / "skranke.toml", data / "maskinporten.jwk"
    if not key_file.exists():
        key = RSAKey.generate_key(2048, {"kid": secrets.token_hex(8), "use": "sig"})
        write_secret(key_file, json.dumps(key.as_dict(private=True)))
    made = sections(data, hub_url, simulators_url, port)
    if file.exists():
        # The addresses may be others this time; what is stored needs the keys of last time.
        made["keys"] = tomllib.loads(file.read_text(encoding="utf-8"))["keys"]
    write_secret(file, toml(made))
    public: dict[str, Any] = dict(
        RSAKey.import_key(json.loads(key_file.read_text(encoding="utf-8"))).as_dict(private=False)
    )
    return file, public


def write_secret(file: Path, text: str) -> None:
    file.touch(mode=0o600)
    file.write_text(text, encoding="utf-8")


def sections(data: Path, hub_url: str, simulators_url: str, port: int) -> dict[str, dict[str, Any]]:
    return {
        "": {
            "environment": "demo",
            "pace": "demo",
            "port": port,
            "public_url": hub_url,
            "data_dir": str(data.resolve()),
        },
        "keys": {"field_keys": [new_key()], "index_key": new_key()},
        "maskinporten": {
            "issuer": f"{simulators_url}/maskinporten/",
            "client_id": CLIENT_ID,
            "private_key": str((data / "maskinporten.jwk").resolve()),
        },
        "altinn": {
            "apps_url": f"{simulators_url}/apps",
            "platform_url": f"{simulators_url}/platform",
            "reference_key": secrets.token_hex(16),
            "form_link": f"{simulators_url}/forms/{{instance}}",
            "scan_wait": "PT0.5S",
            "submit_wait": "PT1S",
        },
        "events": {"webhook_secret": secrets.token_hex(16)},
        "nexi": {
            "base_url": f"{simulators_url}/nexi",
            "secret_key": NEXI_KEY,
            "webhook_secret": secrets.token_hex(16),
        },
        # A call that was cut off is looked for only after this long; minutes would be long to watch.
        "work": {"call_timeout": "PT15S", "lease": "PT60S"},
        "reconciling": {
            "forms_every": "PT20S",
            "payments_every": "PT20S",
            "letters_every": "PT20S",
            "grace": "PT15S",
            "overlap": "PT1M",
        },
        "hpr": {"base_url": f"{simulators_url}/hpr"},
        "folkeregisteret": {"base_url": f"{simulators_url}/freg"},
    }


def toml(parts: dict[str, dict[str, Any]]) -> str:
    """Strings, numbers and lists of strings are written in TOML as in JSON."""
    lines = ["# Made by `skranke demo` for one demonstration."]
    for name, values in parts.items():
        lines += ["", f"[{name}]"] if name else []
        lines += [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items()]
    return "\n".join(lines) + "\n"
