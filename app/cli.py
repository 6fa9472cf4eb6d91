"""The `skranke` command.

Exit codes: 0 done, 1 something is wrong (the text says what to do), 2 the call or the configuration is wrong.
"""

import asyncio
from collections.abc import Callable
from importlib.metadata import version as package_version
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from app import serving
from app.backup import BackupFailed, Manifest, NotEmbedded, back_up, read_manifest
from app.demo import DemoFailed, DemoOptions, run_demo
from app.demo.scripts import ScriptName
from app.doctor import Finding, examine
from app.graduates import Graduate, Taken, UnreadableList, read_list, take_list
from app.lock import AlreadyRunning
from app.restore import fetch_since, restore
from app.wiring import NoDatabase, NotMigrated, check_migrated, lay_ground, migrate, now
from config.case_types import ConfigurationError
from config.logging import set_up_logging
from config.settings import Settings, load_settings, new_key
from config.texts import TextsIncomplete, load_texts
from connectors.calls import Ended
from simulators.serve import serve as serve_simulators
from simulators.settings import SimulatorSettings

cli = typer.Typer(
    name="skranke",
    help="Message-inbox integration hub between Altinn and an agency's caseworkers.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
out = Console()
err = Console(stderr=True)

FAULTS = "storm"
"""The simulators' script of faults that has everything in turn."""

WRONG = 1
WRONG_CALL = 2

WENT_WRONG = (
    AlreadyRunning,
    BackupFailed,
    DemoFailed,
    NoDatabase,
    NotMigrated,
    TextsIncomplete,
    serving.PortTaken,
)

COPYING = (TextColumn("Copying documents"), BarColumn(), MofNCompleteColumn())

ConfigFile = Annotated[
    Path | None,
    typer.Option(
        "--config", "-c", envvar="SKRANKE_CONFIG", help="TOML file; environment variables are stronger."
    ),
]


def settings_from(file: Path | None) -> Settings:
    settings = load_settings(file)
    set_up_logging(settings.log_level, settings.log_format)
    return settings


@cli.command()
def run(config: ConfigFile = None) -> None:
    """Run all roles in one process until stopped (Ctrl-C)."""
    serving.run(settings_from(config))


@cli.command()
def demo(
    dialogs: Annotated[int, typer.Option(min=0, max=100_000, help="How many dialogs to play.")] = 24,
    at_a_time: Annotated[int, typer.Option(min=1, max=150, help="Dialogs played at the same time.")] = 12,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port of the hub.")] = 8000,
    simulator_port: Annotated[int, typer.Option(min=1, max=65535, help="Port of the simulators.")] = 8001,
    data: Annotated[Path, typer.Option(help="Folder of database, documents, keys and logs.")] = Path(
        "data/demo"
    ),
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep an earlier demo's cases; the simulators begin anew.")
    ] = False,
    leave: Annotated[bool, typer.Option("--exit", help="Stop when the dialogs have been played.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the result as JSON; implies --exit.")
    ] = False,
    script: Annotated[
        list[ScriptName] | None, typer.Option(help="Play only this script; may be given several times.")
    ] = None,
    faults: Annotated[
        bool, typer.Option("--faults", help="Let the simulators misbehave meanwhile, in every way they can.")
    ] = False,
) -> None:
    """Start hub and simulators, play dialogs through them, and show where to look.

    Exits with 1 if a dialog did not end as its script says.
    """
    options = DemoOptions(
        dialogs=dialogs,
        at_a_time=at_a_time,
        port=port,
        simulator_port=simulator_port,
        data=data,
        keep=keep,
        leave=leave or as_json,
        as_json=as_json,
        scripts=tuple(script or ()),
        faults=FAULTS if faults else "",
    )
    if not run_demo(options, out, err):
        raise typer.Exit(WRONG)


@cli.command()
def simulate(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8001,
    persons: Annotated[int, typer.Option(min=20, max=10_000, help="Synthetic persons to make up.")] = 200,
    seed: Annotated[int, typer.Option(help="The same seed makes the same persons.")] = 1,
    time_scale: Annotated[float, typer.Option(min=0.001, max=10, help="Multiplies every delay.")] = 1.0,
    public_url: Annotated[
        str, typer.Option(help="Their address as others reach them; empty: where they listen.")
    ] = "",
) -> None:
    """Run the stand-ins for Altinn, Maskinporten, Nexi and the registers alone."""
    serving.bind(host, port).close()
    out.print(f"Simulators on http://{host}:{port} (Ctrl-C stops them)")
    serve_simulators(
        SimulatorSettings(
            host=host,
            port=port,
            persons=persons,
            seed=seed,
            time_scale=time_scale,
            public_url=public_url,
        )
    )


@cli.command(name="migrate")
def migrate_database(config: ConfigFile = None) -> None:
    """Bring the database up to date; does nothing when it is."""
    settings = settings_from(config)

    async def bring_up() -> tuple[str, str]:
        ground = lay_ground(settings)
        try:
            return await migrate(ground.database)
        finally:
            await ground.database.close()

    before, after = asyncio.run(bring_up())
    out.print(f"The database is up to date ({after})." if before == after else f"Migrated to {after}.")


@cli.command(name="import-graduates")
def import_graduates(
    file: Annotated[Path, typer.Argument(help="CSV or JSON: nin, profession, institution, completed.")],
    config: ConfigFile = None,
) -> None:
    """Take in a school's list of graduates. Bad rows are told by line, good rows are taken.

    The same file again changes nothing. Exits with 1 if there were bad rows.
    """
    settings = settings_from(config)
    rows = read_list(file, frozenset(load_texts()["nb"].under("professions")))
    columns = (TextColumn("Taking in"), BarColumn(), MofNCompleteColumn())

    async def take(progress: Callable[[int], None]) -> Taken:
        ground = lay_ground(settings)
        try:
            await check_migrated(ground.database)
            return await take_list(ground.database, rows, now(), progress=progress)
        finally:
            await ground.database.close()

    with Progress(*columns, console=err, disable=not err.is_terminal, transient=True) as bar:
        total = bar.add_task("", total=sum(isinstance(row, Graduate) for row in rows))
        taken = asyncio.run(take(lambda done: bar.advance(total, done)))
    out.print(f"{taken.new} taken, {taken.known} known already, {len(taken.bad)} refused", highlight=False)
    for row in taken.bad:
        err.print(f"line {row.line}: {row.why}", style="red", markup=False, highlight=False)
    if taken.bad:
        raise typer.Exit(WRONG)


@cli.command(name="backup")
def make_backup(
    folder: Annotated[Path, typer.Argument(help="Folder to make; it must not exist.")],
    config: ConfigFile = None,
) -> None:
    """Copy the embedded database and the documents, also while the hub runs. Keys are not copied."""
    settings = settings_from(config)
    with Progress(*COPYING, console=err, disable=not err.is_terminal, transient=True) as bar:
        total = bar.add_task("", total=None)
        made = back_up(settings, folder, lambda done, of: bar.update(total, completed=done, total=of))
    out.print(f"Backup in {folder}: {described(made)}.", highlight=False, soft_wrap=True)
    out.print(
        "The keys are not in it. Keep them (SKRANKE_KEYS__…, and the key for Maskinporten) somewhere else: "
        "without them a backup cannot be read, and with them anybody can.",
        highlight=False,
        soft_wrap=True,
    )
    if made.missing:
        err.print(f"{made.missing} documents that cases tell of are not in the data folder", style="red")
        raise typer.Exit(WRONG)


@cli.command(name="restore")
def restore_backup(
    folder: Annotated[Path, typer.Argument(help="Folder that `skranke backup` made.")],
    config: ConfigFile = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Move data that is there aside, and restore in its place.")
    ] = False,
    only_ask: Annotated[
        bool, typer.Option("--only-ask", help="Restore nothing; ask Altinn again for what came since.")
    ] = False,
) -> None:
    """Bring a backup back while the hub is stopped, and ask Altinn for the forms that came since.

    Exits with 1 if Altinn could not be asked.
    """
    settings = settings_from(config)
    made = read_manifest(folder)
    if not only_ask:
        with Progress(*COPYING, console=err, disable=not err.is_terminal, transient=True) as bar:
            total = bar.add_task("", total=None)
            aside = restore(
                settings,
                folder,
                replace=replace,
                progress=lambda done, of: bar.update(total, completed=done, total=of),
            )
        out.print(f"Restored {described(made)}.", highlight=False, soft_wrap=True)
        if aside is not None:
            out.print(f"What was there lies in {aside}.", highlight=False, soft_wrap=True)
    try:
        found = fetch_since(settings, made.made_at)
    except Ended as ended:
        reason = getattr(ended.outcome, "reason", "")
        err.print(
            f"Altinn was not asked for what came since ({reason}). When it answers, and before the hub is "
            f"started: skranke restore {folder} --only-ask",
            style="red",
            markup=False,
            highlight=False,
            soft_wrap=True,
        )
        raise typer.Exit(WRONG) from None
    out.print(
        f"{found} forms that came since will be fetched when the hub runs, and reconciliation finds payments "
        "and what became of letters. What caseworkers did since is gone and must be done again; supplement "
        "forms that were made since are made a second time.",
        highlight=False,
        soft_wrap=True,
    )


def described(made: Manifest) -> str:
    size = f"{made.files} documents ({made.bytes / 1e6:.1f} MB)"
    return f"database and {size} of {made.made_at:%Y-%m-%d %H:%M} UTC"


@cli.command()
def doctor(
    config: ConfigFile = None,
    make_key: Annotated[
        bool, typer.Option("--new-key", help="Print a fresh encryption key and stop.")
    ] = False,
) -> None:
    """Check configuration, database, keys and every remote, and say what to do."""
    if make_key:
        out.print(new_key(), markup=False, highlight=False)
        return
    settings = settings_from(config)
    findings = asyncio.run(examine(settings))
    out.print(findings_table(findings))
    if any(not finding.well for finding in findings):
        raise typer.Exit(WRONG)


def findings_table(findings: list[Finding]) -> Table:
    table = Table("What", "How it is", "What to do", box=None, pad_edge=False)
    for finding in findings:
        mark = "[green]ok[/green] " if finding.well else "[red]wrong[/red] "
        table.add_row(finding.what, mark + finding.how, finding.to_do)
    return table


def print_version(wanted: bool) -> None:
    if wanted:
        out.print(package_version("skranke"), highlight=False)
        raise typer.Exit


@cli.callback()
def skranke(
    version: Annotated[
        bool, typer.Option("--version", callback=print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Message-inbox integration hub between Altinn and an agency's caseworkers."""


@cli.command()
def version() -> None:
    """Print the version."""
    out.print(package_version("skranke"), highlight=False)


def main() -> None:
    """Run a command; a user's mistake gets a sentence and no traceback."""
    try:
        cli()
    except (ConfigurationError, NotEmbedded, UnreadableList) as error:
        err.print(str(error), style="red", markup=False, highlight=False)
        raise SystemExit(WRONG_CALL) from None
    except WENT_WRONG as error:
        err.print(str(error), style="red", markup=False, highlight=False)
        raise SystemExit(WRONG) from None


if __name__ == "__main__":
    main()
