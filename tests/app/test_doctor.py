"""What the doctor finds."""

from pathlib import Path

from app.doctor import Finding, examine
from app.serving import bring_up_to_date
from config.settings import load_settings
from tests.app.settings import write_configuration


def by_name(findings: list[Finding]) -> dict[str, Finding]:
    return {finding.what: finding for finding in findings}


async def test_every_fault_comes_with_what_to_do(tmp_path: Path) -> None:
    """An empty database, remotes that do not answer and a key that is not there: each says what to do."""
    found = by_name(await examine(load_settings(write_configuration(tmp_path))))
    assert not found["database"].well
    assert "skranke migrate" in found["database"].to_do
    for remote in ("maskinporten", "altinn-apps", "nexi", "hpr", "folkeregisteret"):
        assert not found[remote].well
        assert found[remote].to_do
    assert "SKRANKE_MASKINPORTEN__PRIVATE_KEY" in found["Maskinporten key"].to_do


async def test_a_migrated_database_is_well(tmp_path: Path) -> None:
    """After the migration the database is in order, and a second one does nothing."""
    settings = load_settings(write_configuration(tmp_path))
    await bring_up_to_date(settings)
    await bring_up_to_date(settings)
    found = by_name(await examine(settings))
    assert found["database"].well
    assert found["keys"].well
    assert found["data folder"].well
