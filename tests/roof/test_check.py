"""`postgw check` in broken installations: each fault is one sentence that says what to do, and the exit status is 1."""

from __future__ import annotations

import asyncio
import json
import os
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.rehearsal import certificate
from postgw.check_command import _mixed
from postgw.cli import main
from postgw.installation import doors, machine, memory, secrets, work
from postgw.services.timekeeping import JobStanding
from postgw.settings import Web, parse
from postgw.storage.database import opened

AT = datetime(2026, 11, 26, 4, 0, tzinfo=UTC)
REHEARSAL = """
[storage]
url = "{url}"
backups = "{backups}"
[web]
port = 0
{web}
[[post.accounts]]
name = "ha-tinh"
adapter = "rehearsal"
[adapters.rehearsal.post]
port = 0
"""

Check = Callable[..., tuple[int, Any]]


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Check:
    """Give what writes settings, looks at them as a newcomer does, and returns the exit status and what was told."""
    monkeypatch.setenv("POSTGW_SETTINGS", str(tmp_path / "settings.toml"))

    def checked(url: str, *, backups: str = "", web: str = "", more: str = "") -> tuple[int, Any]:
        text = REHEARSAL.format(url=url, backups=backups, web=web) + more
        (tmp_path / "settings.toml").write_text(text, encoding="utf-8")
        capsys.readouterr()
        status = main(["check", "--json"])
        return status, json.loads(capsys.readouterr().out)

    return checked


def sentences(told: Any, code: str) -> list[str]:
    return [one["sentence"] for one in told["findings"] if one["code"] == code]


def of(findings: Any) -> list[tuple[str, str]]:
    return [(one.code, one.state) for one in findings]


def test_where_all_is_well_nothing_is_wrong(check: Check, database_url: str) -> None:
    status, told = check(database_url)

    assert (status, told["problems"]) == (0, [])


def test_no_database_yet_says_how_one_is_made(check: Check, tmp_path: Path) -> None:
    status, told = check(f"sqlite://{tmp_path}/new.sqlite3")

    assert status == 1
    assert sentences(told, "database") == [f"Chưa có cơ sở dữ liệu {tmp_path}/new.sqlite3. Chạy: postgw migrate"]


@pytest.mark.parametrize(("begins", "folder"), [("sqlite:///", "kho"), ("sqlite://", "kho 100% #1")])
def test_a_file_by_its_absolute_path_is_opened_however_its_address_is_written(
    check: Check, tmp_path: Path, begins: str, folder: str
) -> None:
    url = f"{begins}{tmp_path}/{folder}/postgw.sqlite3"
    check(url)

    assert main(["migrate"]) == 0
    assert check(url)[1]["problems"] == []
    assert main(["backup", str(tmp_path / "kept")]) == 0
    assert main(["restore", *map(str, (tmp_path / "kept").glob("postgw-*")), "--replace"]) == 0


def test_a_file_that_cannot_be_opened_is_not_called_broken(check: Check, tmp_path: Path) -> None:
    file = tmp_path / "postgw.sqlite3"
    file.mkdir()

    assert sentences(check(f"sqlite://{file}")[1], "database") == [
        f"Không mở được cơ sở dữ liệu {file}: đó là một thư mục."
    ]


def test_a_folder_that_is_not_there_is_named(check: Check, tmp_path: Path, sqlite_url: str) -> None:
    status, told = check(sqlite_url, backups=f"{tmp_path}/kept")

    assert status == 1
    assert f"install -d {tmp_path}/kept" in sentences(told, "folder")[0]


def test_a_folder_that_nobody_may_write_into_is_named(check: Check, sqlite_url: str) -> None:
    status, told = check(sqlite_url, backups="/proc/sys")

    assert status == 1
    assert sentences(told, "folder")[0].startswith("Không ghi được vào thư mục /proc/sys")


def test_a_server_that_is_away_is_told_from_a_wrong_password(check: Check, unused_tcp_port: int) -> None:
    status, told = check(f"postgres://nobody@127.0.0.1:{unused_tcp_port}/postgw")

    assert status == 1
    assert "systemctl status postgresql" in sentences(told, "database")[0]


def test_a_server_without_the_database_says_createdb(check: Check, postgres_url: str) -> None:
    status, told = check(postgres_url.rpartition("/")[0] + "/chua_co")

    assert status == 1
    assert "createdb" in sentences(told, "database")[0]


def test_a_user_whom_the_server_does_not_know_is_told_so(check: Check, postgres_url: str) -> None:
    status, told = check(postgres_url.replace("//postgw@", "//ke-la@"))

    assert status == 1
    assert "createuser" in sentences(told, "database")[0]


def test_each_no_of_the_server_has_its_own_sentence() -> None:
    import asyncpg

    known = {name for name in memory._NO if hasattr(asyncpg, name)}
    assert len(known) == 5
    assert len(set(memory._NO.values())) == len(memory._NO)


def test_a_database_that_is_behind_says_how_many_steps(check: Check, sqlite_url: str) -> None:
    async def set_back() -> None:
        async with opened(sqlite_url) as database, database.writing() as tx:
            await tx.run("DELETE FROM tortoise_migrations WHERE name LIKE '0025%'")

    asyncio.run(set_back())
    status, told = check(sqlite_url)

    assert status == 1
    assert sentences(told, "database") == [
        "Cơ sở dữ liệu chưa đúng bản, còn 1 bước nâng cấp. Chạy: postgw migrate"
    ]  # fmt: skip


def test_a_database_of_the_other_kind_is_refused_in_one_sentence(check: Check, sqlite_url: str) -> None:
    async def live() -> None:
        async with opened(sqlite_url) as database, database.writing() as tx:
            from postgw.storage import province

            await province.begin(tx, rehearsal=False, at=AT)

    asyncio.run(live())
    status, told = check(sqlite_url)

    assert status == 1
    assert "không dùng để diễn tập" in sentences(told, "start")[0]


def test_settings_that_cannot_be_read_are_told_to_programs_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "settings.toml").write_text('[storage]\nurl = "sqlite://x"\n[web]\nprot = 1\n', encoding="utf-8")
    monkeypatch.setenv("POSTGW_SETTINGS", str(tmp_path / "settings.toml"))

    assert main(["check", "--json"]) == 1
    assert "web.port" in json.loads(capsys.readouterr().out)["problems"][0]


def test_a_secret_in_a_file_is_a_secret_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "one").write_text("mot-hai-ba", "utf-8")
    (tmp_path / "open").write_text("mot-hai-ba", "utf-8")
    (tmp_path / "one").chmod(0o440)
    (tmp_path / "open").chmod(0o444)
    table = '[adapters.webhooks]\nsecret_env = "A_ONE"\n[adapters.sms_http]\ntoken_env = "A_TWO"\n'
    settings = parse(f'[storage]\nurl = "sqlite://x"\n{table}')
    environ = {"A_ONE_FILE": str(tmp_path / "one"), "A_TWO_FILE": str(tmp_path / "open")}
    found = [one.sentence for one in secrets.looked_at(settings, environ)]

    assert len(found) == 1
    assert "adapters.sms_http.token_env" in found[0]
    assert str(tmp_path / "open") in found[0]


def test_a_secret_that_is_named_and_not_set_is_named_with_its_place(check: Check, sqlite_url: str) -> None:
    live = (
        '[[post.accounts]]\nname = "that"\nadapter = "vnpost_ngsp"\ncustomer_code = "HCC"\n'
        'base_url = "https://post.example"\nkey_env = "POSTGW_KHOA_KHONG_CO"\nsecret_env = "POSTGW_MAT_KHONG_CO"\n'
    )
    status, told = check(sqlite_url, more=live)

    assert status == 1
    assert [text.split(" mà ")[0] for text in sentences(told, "secret")] == [
        "Chưa đặt biến môi trường POSTGW_MAT_KHONG_CO", "Chưa đặt biến môi trường POSTGW_KHOA_KHONG_CO",
    ]  # fmt: skip
    assert "post.accounts[2].key_env" in sentences(told, "secret")[1]


def test_variables_of_an_adapter_s_own_table_and_lists_of_them_are_found() -> None:
    table = '[adapters.webhooks]\nsecret_env = "A_ONE"\n[adapters.sms_http]\ntoken_env = "A_TWO"\n'
    settings = parse(REHEARSAL.format(url="sqlite://x", backups="", web="") + table)

    found = " ".join(one.sentence for one in secrets.looked_at(settings, {"A_TWO": "set"}))
    assert [name in found for name in ("A_ONE", "A_TWO")] == [True, False]
    assert list(secrets.named({"deep": {"secrets_env": ["B", "C"]}}, "adapters.x")) == [
        ("adapters.x.deep.secrets_env", "B"), ("adapters.x.deep.secrets_env", "C"),
    ]  # fmt: skip


def test_a_port_that_another_program_holds_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        found = list(doors.address(Web(port=port)))

    assert of(found) == [("port", "wrong")]
    assert f"127.0.0.1:{port}" in found[0].sentence
    assert list(doors.address(Web(port=port))) == []


def test_an_address_that_is_not_this_machine_s_is_named() -> None:
    assert "không có địa chỉ" in next(iter(doors.address(Web(host="192.0.2.1")))).sentence


@pytest.fixture
def tls(tmp_path: Path) -> Callable[..., Web]:
    """Give what writes a certificate that was made at a moment, and the settings that name it."""

    def made(at: datetime, **more: Any) -> Web:
        one = certificate.make("127.0.0.1", at)
        (tmp_path / "cert.pem").write_bytes(one.server_pem)
        (tmp_path / "key.pem").write_bytes(one.key_pem)
        (tmp_path / "key.pem").chmod(0o600)
        files = {"tls_cert_file": str(tmp_path / "cert.pem"), "tls_private_file": str(tmp_path / "key.pem")}
        return Web(**{**files, **more})

    return made


def test_a_certificate_is_spoken_of_before_it_ends_and_when_it_has_ended(tls: Callable[..., Web]) -> None:
    web = tls(AT)
    said = [of(doors.certificate(web, at=AT + timedelta(days=days))) for days in (0, 380, 400)]

    assert said == [[], [("tls", "doubtful")], [("tls", "wrong")]]


def test_a_certificate_that_is_not_there_or_is_not_the_key_s_is_named(tls: Callable[..., Web], tmp_path: Path) -> None:
    web = tls(AT)
    (tmp_path / "key.pem").write_bytes(certificate.make("127.0.0.1", AT).key_pem)
    (tmp_path / "key.pem").chmod(0o600)
    of_another = list(doors.certificate(web, at=AT))
    (tmp_path / "cert.pem").unlink()
    away = list(doors.certificate(web, at=AT))

    assert "không dùng được với nhau" in of_another[0].sentence
    assert "Không đọc được" in away[0].sentence


def test_a_certificate_of_another_name_is_doubted(tls: Callable[..., Web]) -> None:
    web = tls(AT, public_url="https://hoso.example")

    assert "không mang tên hoso.example" in list(doors.certificate(web, at=AT))[-1].sentence


def test_who_stands_in_front_must_be_said() -> None:
    behind = Web(public_url="https://hoso.example")
    assert of(doors.in_front(behind, rehearsal=False)) == [("proxies", "doubtful")]
    assert of(doors.in_front(Web(public_url="https://hoso.example", proxies=("nginx",)), rehearsal=False)) == [
        ("proxies", "wrong")
    ]
    assert of(doors.in_front(Web(public_url="http://hoso.example"), rehearsal=False)) == [("public_url", "wrong")]
    assert of(doors.in_front(Web(public_url="https://a.example", proxies=("127.0.0.1",)), rehearsal=False)) == []


def test_a_disk_that_fills_is_doubted_first_and_wrong_in_the_end() -> None:
    mib = 1 << 20
    said = [of(machine.room(Path("/x"), free * mib, 40_000 * mib)) for free in (30_000, 1_500, 100)]

    assert said == [[], [("disk", "doubtful")], [("disk", "wrong")]]


def test_sqlite_on_another_machine_s_disk_is_wrong(tmp_path: Path) -> None:
    mounts = f"/dev/sda1 / ext4 rw 0 0\nserver:/x {tmp_path.resolve()} nfs4 rw 0 0\n"

    assert of(machine.network_disk(tmp_path / "data", mounts)) == [("network_disk", "wrong")]
    assert of(machine.network_disk(Path("/srv"), mounts)) == []


def test_a_clock_that_stands_in_another_year_is_wrong() -> None:
    assert of(machine.clock(datetime(1970, 1, 1, tzinfo=UTC))) == [("clock", "wrong")]
    assert of(machine.clock(AT, zone="Asia/Khong_Co")) == [("timezone", "wrong")]
    assert of(machine.clock(AT)) == []


def test_missing_letters_are_named(tmp_path: Path) -> None:
    assert "NotoSans-Regular-vi.ttf" in next(iter(machine.fonts(tmp_path))).sentence


async def test_a_clock_that_is_not_the_server_s_is_wrong(postgres_url: str) -> None:
    async with opened(postgres_url) as database:
        late = [one async for one in memory.clock(database.reading, at=datetime.now(UTC) - timedelta(minutes=10))]
        right = [one async for one in memory.clock(database.reading, at=datetime.now(UTC))]

    assert (of(late), right) == ([("clock", "wrong")], [])


def test_without_pg_dump_no_backup_can_be_made(tmp_path: Path) -> None:
    assert of(memory.dump_tools(15, path=str(tmp_path))) == [("backup_tools", "wrong")] * 2


def test_a_pg_dump_older_than_the_server_is_no_use(tmp_path: Path) -> None:
    for name in ("pg_dump", "pg_restore"):
        (tmp_path / name).write_text(f"#!/bin/sh\necho '{name} (PostgreSQL) 13.4 (Debian)'\n", encoding="utf-8")
        (tmp_path / name).chmod(0o755)

    assert "bản 13" in next(iter(memory.dump_tools(15, path=str(tmp_path)))).sentence
    assert list(memory.dump_tools(13, path=str(tmp_path))) == []


def test_several_processes_on_one_file_are_pointed_out(tmp_path: Path) -> None:
    with (tmp_path / "a.sqlite3").open("wb"):
        assert os.getpid() not in memory._holders(tmp_path / "a.sqlite3")

    assert of(memory.sharers([1])) == []
    assert of(memory.sharers([1, 2])) == [("sharers", "doubtful")]


def test_work_that_nobody_does_is_wrong_where_another_process_should() -> None:
    never = [JobStanding(job="send_orders")]
    stale = [JobStanding(job="send_orders", last_slot=AT - timedelta(hours=2), is_overdue=True)]

    assert of(work.looked_at(never, enabled=True, at=AT)) == []
    assert of(work.looked_at(never, enabled=False, at=AT)) == [("work", "wrong")]
    assert of(work.looked_at(stale, enabled=False, at=AT)) == [("work", "wrong")]
    assert of(work.looked_at(stale, enabled=True, at=AT)) == [("work", "doubtful")]


def test_a_job_that_fails_again_and_again_is_named() -> None:
    jobs = [JobStanding(job="read_feeds", last_slot=AT, failures=3), JobStanding(job="seal_chains", failures=1)]

    (found,) = work.looked_at(jobs, enabled=True, at=AT)
    assert "read_feeds" in found.sentence
    assert "seal_chains" not in found.sentence


def test_a_real_outsider_beside_a_rehearsed_one_is_pointed_out() -> None:
    from adapters import registry

    real, rehearsed = registry.find("post", "vnpost_ngsp"), registry.find("post", "rehearsal")

    assert of(_mixed(True, [real, rehearsed])) == [("mixed", "doubtful")]
    assert _mixed(True, [rehearsed]) == _mixed(False, [real]) == []


def test_a_person_reads_what_is_wrong_first(check: Check, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    check(f"sqlite://{tmp_path}/new.sqlite3", backups=f"{tmp_path}/kept")

    assert main(["check"]) == 1
    first, *rest = capsys.readouterr().out.splitlines()
    assert first.startswith("DIỄN TẬP")
    assert [line.split(" · ")[0] for line in rest] == ["SAI", "SAI"]
