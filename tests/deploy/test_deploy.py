"""What ships for running it: the units, the proxy in front of two gateways, the alarms."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from adapters.rehearsal.settings import OfficeOptions
from postgw.web.running import ENDING_SECONDS
from scheduler.runner import DRAIN_SECONDS

from .conftest import DEPLOY, Front, until

UNITS = ("postgw@.service", "postgw-work.service", "postgw-backup.service", "postgw-backup.timer")
SECRET = "/m/AAAAAAAAAAAAAAAAAAAAAAAAAAAAA"


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """Give the units, with a program that is on every machine in place of ours."""
    for name in UNITS:
        text = (DEPLOY / "systemd" / name).read_text(encoding="utf-8")
        target = name.replace("@.", "@8045.")
        (tmp_path / target).write_text(text.replace("/opt/postgw/app/.venv/bin/postgw", "/bin/true"), encoding="utf-8")
    return tmp_path


def test_systemd_finds_nothing_wrong_with_the_units(units: Path, program: Callable[[str, str], str]) -> None:
    analyze = program("systemd-analyze", "systemd")
    done = subprocess.run(
        [analyze, "verify", *sorted(map(str, units.glob("postgw*")))], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("name", ["postgw@.service", "postgw-work.service"])
def test_a_unit_whose_database_is_away_is_started_again_for_as_long_as_it_takes(name: str) -> None:
    """systemd gives up after five starts in ten seconds where it is not told otherwise."""
    text = (DEPLOY / "systemd" / name).read_text(encoding="utf-8")

    assert {"Restart=on-failure", "RestartSec=2", "StartLimitIntervalSec=0"} <= set(text.splitlines())


#: What the ORM gives the connections of its pool to be closed.
_POOL_SECONDS = 10


def test_whoever_ends_well_is_given_the_time_for_it() -> None:
    """Open answers, then running jobs, then connections; whoever is still there after that is killed."""
    needed = ENDING_SECONDS + DRAIN_SECONDS + _POOL_SECONDS
    given = {
        name: int(re.findall(r"(?:TimeoutStopSec=|stop_grace_period: )(\d+)", (DEPLOY / name).read_text("utf-8"))[0])
        for name in ("systemd/postgw@.service", "systemd/postgw-work.service", "compose.yaml")
    }

    assert [name for name, seconds in given.items() if seconds <= needed] == []


def test_a_unit_may_do_little_beside_its_work(units: Path, program: Callable[[str, str], str]) -> None:
    analyze = program("systemd-analyze", "systemd")
    for name in ("postgw@8045.service", "postgw-work.service", "postgw-backup.service"):
        asked = [analyze, "security", "--offline=true", "--threshold=20", str(units / name)]
        done = subprocess.run(asked, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout[-2000:]


def test_a_command_by_hand_runs_as_the_services_do(tmp_path: Path) -> None:
    """Told by what systemd-run is asked for: no systemd answers where the tests run."""
    asked = tmp_path / "systemd-run"
    asked.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n', encoding="utf-8")
    asked.chmod(0o755)
    by_hand = [str(DEPLOY / "postgw"), "user", "make", "quan-tri", "--name", "Quản trị"]
    done = subprocess.run(by_hand, env={"PATH": f"{tmp_path}:/bin"}, capture_output=True, text=True, check=True)
    given = done.stdout.splitlines()
    unit = (DEPLOY / "systemd/postgw-work.service").read_text(encoding="utf-8").splitlines()

    assert given[-6:] == ["/opt/postgw/app/.venv/bin/postgw", "user", "make", "quan-tri", "--name", "Quản trị"]
    assert {f"User={given[4].removeprefix('--uid=')}", f"Environment={given[6]}", given[8], given[10]} <= set(unit)


def test_no_gateway_stands_where_the_rehearsal_post_office_opens() -> None:
    """While it rehearses, a process opens one at the port that nobody chose; the units must find theirs free."""
    told = (DEPLOY / "nginx/postgw.conf").read_text("utf-8") + (DEPLOY.parent / "docs/operations.md").read_text("utf-8")
    gateways = {int(port) for port in re.findall(r"(?:127\.0\.0\.1:|postgw@)(\d+)", told)}

    assert gateways >= {8045, 8046, 8047}
    assert OfficeOptions().port not in gateways


def test_the_alarms_ring_when_they_should_and_not_before(tmp_path: Path, program: Callable[[str, str], str]) -> None:
    promtool = program("promtool", "prometheus")
    shutil.copytree(DEPLOY / "prometheus", tmp_path / "prometheus")
    for asked in (("check", "config", "postgw.yml"), ("test", "rules", "postgw.test.yml")):
        done = subprocess.run(
            [promtool, *asked], cwd=tmp_path / "prometheus", capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_every_alarm_is_explained_to_whoever_it_wakes() -> None:
    rules = (DEPLOY / "prometheus/postgw.rules.yml").read_text(encoding="utf-8")
    told = (DEPLOY.parent / "docs/operations.md").read_text(encoding="utf-8")
    named = re.findall(r"alert: (\w+)", rules)

    assert named
    assert [name for name in named if f"`{name}`" not in told] == []


@pytest.mark.slow
def test_nginx_speaks_for_two_gateways_and_one_may_die(front: Front) -> None:
    first = front.ask("/")
    front.gateways[0].kill()
    until(lambda: front.gateways[0].poll() is not None)
    answered = [front.ask("/").status for _ in range(6)]

    assert first.status == 200
    assert "max-age=63072000" in first.headers["Strict-Transport-Security"]
    assert "no-store" in first.headers["Cache-Control"]
    assert answered == [200] * 6


@pytest.mark.slow
def test_the_proxy_writes_down_no_secret_link_no_number_and_no_query(front: Front) -> None:
    for path in (SECRET, "/t/4K7M29TB6HC", "/?l=en", "/procedures?q=nguyen+van"):
        front.ask(path)
    until(lambda: front.log().count("\n") >= 4)
    log = front.log()

    assert " GET /m " in log
    assert " GET /procedures " in log
    assert [part for part in (SECRET[3:], "4K7M29TB6HC", "l=en", "nguyen") if part in log] == []


@pytest.mark.slow
def test_a_caller_who_claims_another_address_is_counted_by_the_true_one(front: Front) -> None:
    front.gateways[0].kill()  # each process counts for itself
    until(lambda: front.gateways[0].poll() is not None)
    claims = [{"X-Forwarded-For": f"203.0.113.{n}"} for n in range(4)]
    left = {front.ask("/api/v1/states", headers=claim).headers["RateLimit"].split(";")[1] for claim in claims}

    assert len(left) > 1


@pytest.mark.slow
def test_what_is_too_large_stops_at_the_proxy(front: Front) -> None:
    assert front.ask("/", data=b"q=" + b"x" * (13 << 20)).status == 413
