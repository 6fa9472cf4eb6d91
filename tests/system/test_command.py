"""The command as a user meets it."""

import fcntl
import json
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.system.outside import free_port

KEYS = {
    "dialogs",
    "granted",
    "refused",
    "lapsed",
    "withdrawn",
    "rejected",
    "open",
    "healed",
    "parked",
    "lost",
    "duplicates",
    "seconds",
    "hub_cpu_ms_per_dialog",
}


def skranke(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own interpreter with our own command
        [sys.executable, "-m", "app.cli", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
        env={"PATH": "/usr/bin:/bin", "COLUMNS": "200"},
    )


def test_demo_plays_every_script(tmp_path: Path) -> None:
    """Fifteen dialogs, each script among them, all end as written; nothing is lost or done twice."""
    ports = ["--port", str(free_port()), "--simulator-port", str(free_port())]
    played = skranke("demo", "--dialogs", "15", "--exit", "--json", "--data", "demo", *ports, cwd=tmp_path)
    assert played.returncode == 0, played.stdout + played.stderr
    report = json.loads(played.stdout)
    assert set(report) >= KEYS
    assert (report["lost"], report["duplicates"], report["open"]) == (0, 0, 0)
    assert (report["dialogs"], report["granted"], report["refused"], report["lapsed"]) == (15, 12, 1, 1)
    assert (report["withdrawn"], report["healed"]) == (1, 4)


def test_taken_port_is_a_clear_error(tmp_path: Path) -> None:
    """The text names the port and says what to do; there is no traceback."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        ended = skranke("demo", "--dialogs", "0", "--exit", "--port", port, "--data", "demo", cwd=tmp_path)
    assert ended.returncode == 1
    assert port in ended.stderr
    assert "another port" in " ".join(ended.stderr.split())
    assert "Traceback" not in ended.stderr


def test_foreign_folder_is_not_emptied(tmp_path: Path) -> None:
    """The demo clears only what an earlier demo made."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work", encoding="utf-8")
    ports = ["--port", str(free_port()), "--simulator-port", str(free_port())]
    ended = skranke("demo", "--dialogs", "0", "--exit", "--data", "mine", *ports, cwd=tmp_path)
    assert ended.returncode == 1
    assert (tmp_path / "mine" / "thesis.txt").read_text(encoding="utf-8") == "years of work"


@pytest.mark.parametrize("command", ["run", "migrate", "doctor"])
def test_missing_configuration_says_what_to_set(tmp_path: Path, command: str) -> None:
    """Each missing setting is named as the environment variable that sets it."""
    ended = skranke(command, cwd=tmp_path)
    assert ended.returncode == 2
    assert "SKRANKE_MASKINPORTEN" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_missing_configuration_file_is_named(tmp_path: Path) -> None:
    """A file that is not there is named."""
    ended = skranke("run", "--config", "nowhere.toml", cwd=tmp_path)
    assert ended.returncode == 2
    assert "nowhere.toml" in ended.stderr


@pytest.mark.parametrize("command", ["", "run", "demo", "simulate", "migrate", "doctor", "version"])
def test_every_command_has_help(tmp_path: Path, command: str) -> None:
    """`--help` of each command tells what it does."""
    ended = skranke(*([command] if command else []), "--help", cwd=tmp_path)
    assert ended.returncode == 0
    assert "Usage" in ended.stdout


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_the_demo_takes_its_processes_with_it(tmp_path: Path, told: signal.Signals) -> None:
    """However the demo is ended, hub and simulators end too, the hub after it has finished what it holds."""
    port, simulator_port = free_port(), free_port()
    ports = ["--port", str(port), "--simulator-port", str(simulator_port)]
    with subprocess.Popen(  # noqa: S603 - our own interpreter with our own command
        [sys.executable, "-m", "app.cli", "demo", "--dialogs", "0", "--data", "demo", *ports],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        env={"PATH": "/usr/bin:/bin"},
    ) as demo:
        assert demo.stdout is not None
        assert any(b"Ctrl-C" in line for line in demo.stdout)
        demo.send_signal(told)
        demo.wait(60)
    for taken in (port, simulator_port):
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", taken)) != 0
    assert '"event": "stopped"' in (tmp_path / "demo" / "hub.log").read_text(encoding="utf-8")


def test_a_running_demo_keeps_its_folder(tmp_path: Path) -> None:
    """A second demo on the same folder is refused before anything is cleared."""
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "skranke-demo").touch()
    with (tmp_path / "demo" / "skranke.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        ports = ["--port", str(free_port()), "--simulator-port", str(free_port())]
        ended = skranke("demo", "--dialogs", "0", "--exit", "--data", "demo", *ports, cwd=tmp_path)
    assert ended.returncode == 1
    assert "runs on" in ended.stderr
    assert (tmp_path / "demo" / "skranke-demo").exists()
