"""A configuration file such as an agency would write, with keys made for the test."""

from pathlib import Path

from config.settings import new_key


def write_configuration(folder: Path, **changed: str) -> Path:
    """A file with every required setting; `changed` adds lines to its top level."""
    top = {"environment": '"test"', "data_dir": f'"{folder}"', **changed}
    text = f"""
{chr(10).join(f"{name} = {value}" for name, value in top.items())}

[keys]
field_keys = ["{new_key()}"]
index_key = "{new_key()}"

[maskinporten]
issuer = "http://127.0.0.1:9/maskinporten/"
client_id = "test"
kid = "test"
private_key = "{folder / "missing.pem"}"

[altinn]
apps_url = "http://127.0.0.1:9/apps"
platform_url = "http://127.0.0.1:9/platform"
reference_key = "{new_key()}"

[events]
webhook_secret = "{new_key()}"

[nexi]
base_url = "http://127.0.0.1:9/nexi"
secret_key = "test"
webhook_secret = "abcdefgh12345678"

[hpr]
base_url = "http://127.0.0.1:9/hpr"

[folkeregisteret]
base_url = "http://127.0.0.1:9/freg"
"""
    file = folder / "skranke.toml"
    file.write_text(text, encoding="utf-8")
    return file
