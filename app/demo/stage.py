"""Sets the stage for the demonstration, has the dialogs played, tells how it went, and clears up."""

import asyncio
import contextlib
import itertools
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, Self

import httpx
import orjson
import psutil
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from app import serving
from app.demo.configuration import CLIENT_ID, SCOPES, configure
from app.demo.report import Report, as_json, print_report
from app.demo.scripts import EXPECTED, SCRIPTS, Cast, Played, ScriptName, chosen
from app.demo.verdict import doubled, lost
from app.demo.world import Citizen, WentWrong, World
from app.lock import take_lock

HOST = "127.0.0.1"
START_SECONDS = 40.0
STOP_SECONDS = 25.0
SIMULATOR_PACE = "0.1"
MARK = "skranke-demo"


class DemoFailed(Exception):
    """The stage could not be set; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoOptions:
    dialogs: int
    at_a_time: int
    port: int
    simulator_port: int
    data: Path
    keep: bool
    leave: bool
    as_json: bool
    scripts: tuple[ScriptName, ...] = ()
    faults: str = ""

    @property
    def hub_url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def simulators_url(self) -> str:
        return f"http://{HOST}:{self.simulator_port}"


def run_demo(options: DemoOptions, out: Console, err: Console) -> bool:
    """Whether every dialog ended as its script says. Raises `DemoFailed`, `PortTaken`."""
    if options.port == options.simulator_port:
        raise DemoFailed("Hub and simulators need a port each: give different ones")
    for port in (options.port, options.simulator_port):
        serving.bind(HOST, port).close()
    prepare_folder(options)
    for told in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(told, leave)
    with Stage(options) as stage:
        stage.start()
        if not options.as_json:
            tell_where(out, options)
        report = asyncio.run(perform(options, stage, err))
        if options.as_json:
            out.print(as_json(report), markup=False, highlight=False, soft_wrap=True)
        else:
            print_report(out, report, options.hub_url, options.simulators_url)
        if not options.leave:
            stage.wait(out)
    return report.as_scripted


def leave(told: int, _: object) -> NoReturn:
    """Being ended is no reason to leave the two processes behind."""
    raise SystemExit(128 + told)


def tell_where(out: Console, options: DemoOptions) -> None:
    out.print(f"Hub         {options.hub_url}/cases", highlight=False)
    out.print(f"Simulators  {options.simulators_url}/", highlight=False)
    if options.keep:
        out.print("Cases are kept; the simulators begin anew and know nothing of them.")
    if options.dialogs:
        out.print(f"Playing {options.dialogs} dialogs; some let their deadlines pass, which takes a while.")


def prepare_folder(options: DemoOptions) -> None:
    """Start clean; only a folder that an earlier demo made, and none works on, is ever emptied."""
    if options.data.exists():
        if not (options.data / MARK).exists() and any(options.data.iterdir()):
            raise DemoFailed(
                f"{options.data} is not a folder of an earlier demo; choose another one with --data"
            )
        take_lock(options.data).close()
        if not options.keep:
            shutil.rmtree(options.data)
    options.data.mkdir(parents=True, exist_ok=True)
    (options.data / MARK).touch()


class Stage:
    """The two processes. They are stopped however the demo ends."""

    def __init__(self, options: DemoOptions) -> None:
        self._options = options
        self._processes: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process in reversed(self._processes):
            process.send_signal(signal.SIGTERM)
        for process in reversed(self._processes):
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()

    def start(self) -> None:
        options = self._options
        file, jwk = configure(options.data, options.hub_url, options.simulators_url, options.port)
        scale = ["--time-scale", SIMULATOR_PACE]
        self._launch("simulators", ["-m", "simulators", "--port", str(options.simulator_port), *scale])
        self._await_up("simulators", f"{options.simulators_url}/sim/health")
        httpx.put(
            f"{options.simulators_url}/sim/maskinporten/clients/{CLIENT_ID}",
            json={"orgnr": "983544622", "jwks": {"keys": [jwk]}, "scopes": SCOPES},
        ).raise_for_status()
        self._launch("hub", ["-m", "app.cli", "run", "--config", str(file)])
        self._await_up("hub", f"{options.hub_url}/health/ready")
        self._await_subscriptions()

    @property
    def hub(self) -> psutil.Process:
        return psutil.Process(self._processes[-1].pid)

    def wait(self, out: Console) -> None:
        out.print("\nRunning until Ctrl-C.")
        try:
            while all(process.poll() is None for process in self._processes):
                time.sleep(0.5)
        except KeyboardInterrupt:
            out.print("Stopping.")
            return
        raise DemoFailed(f"A process has ended by itself; see the logs in {self._options.data}")

    def _launch(self, name: str, arguments: list[str]) -> None:
        with (self._options.data / f"{name}.log").open("ab") as log:
            self._processes.append(
                subprocess.Popen(  # noqa: S603 - our own interpreter with our own modules
                    [sys.executable, *arguments],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,  # Ctrl-C is ours to handle
                    env={k: v for k, v in os.environ.items() if not k.startswith("SKRANKE_")},
                )
            )

    def _await_up(self, name: str, url: str) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self._processes[-1].poll() is not None:
                break
            with contextlib.suppress(httpx.HTTPError):
                if httpx.get(url, timeout=2).status_code == httpx.codes.OK:
                    return
            time.sleep(0.1)
        raise DemoFailed(f"The {name} did not start; see {self._options.data / name}.log")

    def _await_subscriptions(self) -> None:
        """Dialogs that begin before Altinn knows whom to tell would be found by nobody."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            books = httpx.get(f"{self._options.simulators_url}/sim/books", timeout=10).json()
            if books["subscriptions"] and all(each["validated"] for each in books["subscriptions"]):
                return
            time.sleep(0.1)
        raise DemoFailed(f"The hub did not subscribe; see {self._options.data / 'hub.log'}")


async def perform(options: DemoOptions, stage: Stage, err: Console) -> Report:
    world = World(options.hub_url, options.simulators_url)
    try:
        await world.misbehave(options.faults)
        return await play_all(options, stage, world, err)
    finally:
        await world.close()


async def play_all(options: DemoOptions, stage: Stage, world: World, err: Console) -> Report:
    mix = chosen(options.scripts)
    plan = [mix[number % len(mix)] for number in range(options.dialogs)]
    reported, others = await report_graduates(options, world, plan.count(ScriptName.LISTED))
    plan = within(plan, ScriptName.LISTED, len(reported))
    people: asyncio.Queue[Citizen] = asyncio.Queue()
    for citizen in others:
        people.put_nowait(citizen)
    graduates = iter(reported)
    turns = asyncio.Semaphore(min(options.at_a_time, people.qsize() // 2))
    started = time.monotonic()
    cpu_before = cpu_seconds(stage.hub)
    memory_before = stage.hub.memory_info().rss
    columns = (TextColumn("Playing dialogs"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, disable=not err.is_terminal, transient=True) as progress:
        bar = progress.add_task("", total=options.dialogs)

        async def play(number: int) -> Played | WentWrong:
            async with turns:
                name = plan[number]
                lent = [await people.get(), await people.get()]
                applicant = next(graduates) if name is ScriptName.LISTED else lent[0]
                try:
                    return await one(world, Cast(applicant=applicant, stranger=lent[1]), name)
                finally:
                    for citizen in lent:
                        people.put_nowait(citizen)
                    progress.advance(bar)

        results = await asyncio.gather(*(play(number) for number in range(options.dialogs)))
    seconds = time.monotonic() - started
    hub_seconds = cpu_seconds(stage.hub) - cpu_before
    memory = (memory_before, stage.hub.memory_info().rss)
    await settle(world, options.data)
    books = await world.books()
    parked = await world.parked()
    return Report(
        played=tuple(each for each in results if isinstance(each, Played)),
        wrong=tuple(str(each) for each in results if isinstance(each, WentWrong)),
        lost=lost(books, parked_forms(options.data)),
        doubled=tuple(doubled(books)),
        parked=parked,
        seconds=seconds,
        hub_cpu_seconds=hub_seconds,
        hub_memory_bytes=memory,
    )


def within(plan: list[ScriptName], name: ScriptName, most: int) -> list[ScriptName]:
    """The plan with no more of these than there are people for; the others are ordinary applications."""
    left = itertools.count(most, -1)
    return [ScriptName.COMPLETE if each is name and next(left) <= 0 else each for each in plan]


async def report_graduates(
    options: DemoOptions, world: World, amount: int
) -> tuple[list[Citizen], list[Citizen]]:
    """Have schools report so many of the citizens; these, and all the others. Each is reported once only."""
    citizens = await world.citizens()
    if not amount:
        return [], citizens
    rows = {row["nin"]: row for row in await world.graduates()}
    eligible = [citizen for citizen in citizens if citizen.nin in rows]
    chosen_ones = eligible[: min(amount, len(eligible) // 2)]
    file = options.data / "graduates.json"
    file.write_bytes(orjson.dumps([rows[citizen.nin] for citizen in chosen_ones]))
    command = ["-m", "app.cli", "import-graduates", str(file), "--config", str(options.data / "skranke.toml")]
    importing = await asyncio.create_subprocess_exec(
        sys.executable, *command, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    if await importing.wait() != 0:
        raise DemoFailed("The list of graduates was not taken in")
    file.unlink()
    taken = {citizen.key for citizen in chosen_ones}
    return chosen_ones, [citizen for citizen in citizens if citizen.key not in taken]


async def one(world: World, cast: Cast, name: ScriptName) -> Played | WentWrong:
    """A dialog; that it did not go as scripted is a result and no exception."""
    try:
        played = await SCRIPTS[name](world, cast)
    except WentWrong as error:
        return WentWrong(f"{name}: {error}")
    except httpx.HTTPError as error:
        return WentWrong(f"{name}: {type(error).__name__}")
    if played.outcome != EXPECTED[name]:
        return WentWrong(f"{name}: {played.number} ended as {played.outcome}, not {EXPECTED[name]}")
    return played


async def settle(world: World, data: Path) -> None:
    """Confirmations may still be on their way when the last decision has been read."""
    await world.misbehave("calm")
    for _ in range(240):
        if lost(await world.books(), parked_forms(data)) == 0:
            return
        await asyncio.sleep(0.25)


def parked_forms(data: Path) -> frozenset[str]:
    """The forms whose message is parked, straight from the hub's database."""
    with contextlib.closing(sqlite3.connect(f"file:{data / 'skranke.db'}?mode=ro", uri=True)) as connection:
        found = connection.execute(
            "SELECT external_id FROM inbox WHERE source = 'altinn' AND status = 'parked'"
        )
        return frozenset(instance for (instance,) in found)


def cpu_seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)
