"""The settings: what is refused, and in which words; that no secret can be written or shown."""

from __future__ import annotations

import dataclasses
import pickle
import re
from pathlib import Path

import pytest

from postgw import settings
from postgw.settings import SettingsError

HOUSE = Path(__file__).parents[2]
LEAST = """
storage = { url = "sqlite://x.sqlite3" }
messages = { channels = ["rehearsal"] }
"""


def _account(line: str) -> str:
    return f'{LEAST}\n[[post.accounts]]\nname = "tinh"\nadapter = "vnpost_ngsp"\n{line}\n'


def _declared() -> set[str]:
    return {key for line in _shipped().splitlines() if (found := re.match(r"(\w+) = ", line)) for key in [found[1]]}


def _shipped() -> str:
    return (HOUSE / "settings.toml").read_text("utf-8")


def test_the_shipped_settings_run_the_rehearsal_on_sqlite() -> None:
    shipped = settings.load(HOUSE / "settings.toml")

    assert {each.adapter for each in shipped.post.accounts} == {"rehearsal"}
    assert {each.adapter for each in shipped.desk.systems} | {*shipped.messages.channels} == {"rehearsal"}
    assert (shipped.web.host, shipped.web.port, shipped.storage.url) == (
        "127.0.0.1",
        8045,
        "sqlite://data/postgw.sqlite3",
    )


def test_every_key_stands_in_the_shipped_settings() -> None:
    rooms = (
        settings.Web, settings.Storage, settings.Labels, settings.Scheduler, settings.PostAccount, settings.DeskSystem,
        settings.Messages, settings.Tracking,
    )  # fmt: skip

    assert {part.name for room in rooms for part in dataclasses.fields(room)} <= _declared()


def test_every_shipped_key_has_its_comment() -> None:
    lines = _shipped().splitlines()

    assert [line for above, line in zip(lines, lines[1:], strict=False) if "=" in line and above[:1] not in "#"] == []


def test_the_least_that_must_be_said_is_where_to_store_and_whom_to_talk_to() -> None:
    assert settings.parse(LEAST).web == settings.Web()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[wed]\n", "không có mục wed; có phải ý là web?"),
        ("[web]\nprot = 1\n", "không có mục web.prot; có phải ý là web.port?"),
        ("[labels]\nzzz = 1\n", "không có mục labels.zzz; ở đây chỉ có: stock, dpi."),
        ("[web]\nport = '8045'\n", "web.port phải là một số nguyên."),
        ("[web]\nport = true\n", "web.port phải là một số nguyên."),
        ("[web]\nport = 70000\n", "web.port phải từ 0 đến 65535."),
        (
            "[web]\npublic_url = 'hoso.example'\n",
            "web.public_url phải bắt đầu bằng https:// hoặc http://, hoặc để trống.",
        ),
        ("[web]\nhost = 1\n", "web.host phải là một chuỗi."),
        ("[scheduler]\nenabled = 1\n", "scheduler.enabled phải là true hoặc false."),
        ("[labels]\ndpi = 204\n", "labels.dpi phải là một trong: 203, 300, 600."),
        ("[post]\naccounts = 1\n", "post.accounts phải là một danh sách."),
        ("[post.emsevt]\ncollected = 1\n", "post.emsevt.collected phải là một chuỗi."),
        ("[adapters]\nrehearsal = 1\n", "adapters.rehearsal phải là một bảng."),
    ],
)
def test_what_is_wrong_is_refused_with_its_place(text: str, sentence: str) -> None:
    with pytest.raises(SettingsError) as refused:
        settings.parse(LEAST + text)

    assert str(refused.value) == f"settings.toml: {sentence}"


@pytest.mark.parametrize(
    ("key", "least", "most"), [("most_scans_per_item", 100, 10_000), ("most_strays_per_sender", 100, 100_000)]
)
def test_the_bounds_of_what_is_told_have_bounds_themselves(key: str, least: int, most: int) -> None:
    taken = [settings.parse(f"{LEAST}[tracking]\n{key} = {bound}\n").tracking for bound in (least, most)]

    assert [getattr(tracking, key) for tracking in taken] == [least, most]
    for bound in (least - 1, most + 1):
        with pytest.raises(SettingsError, match=rf"tracking\.{key} phải từ {least} đến {most}: "):
            settings.parse(f"{LEAST}[tracking]\n{key} = {bound}\n")


def test_what_is_missing_is_named() -> None:
    with pytest.raises(SettingsError, match=r"thiếu storage\.url\."):
        settings.parse(LEAST.replace('url = "sqlite://x.sqlite3"', ""))


def test_an_unknown_database_is_refused() -> None:
    with pytest.raises(SettingsError, match="sqlite:// hoặc postgres://"):
        settings.parse(LEAST.replace("sqlite://", "mysql://"))


def test_broken_toml_is_refused_with_its_line() -> None:
    with pytest.raises(SettingsError, match=r"không phải TOML đúng cú pháp \(dòng 2, cột 8\)"):
        settings.parse("[web]\nport = \n")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="POSTGW_SETTINGS"):
        settings.load(environ={"POSTGW_SETTINGS": str(tmp_path / "none.toml")})


def test_a_file_that_is_not_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_bytes(b"\xff\xfe")

    with pytest.raises(SettingsError, match=r"s\.toml: không phải văn bản UTF-8"):
        settings.load(tmp_path / "s.toml")


def test_the_environment_says_which_file(tmp_path: Path) -> None:
    (tmp_path / "other.toml").write_text(LEAST + "[web]\nport = 9000\n")

    assert settings.load(environ={"POSTGW_SETTINGS": str(tmp_path / "other.toml")}).web.port == 9000


def test_an_account_of_the_post_is_read_whole() -> None:
    text = _account('customer_code = "C1"\nkey_env = "POST_KEY"\ndesks = ["H27.09"]\ncod_carries = "fee"')

    assert settings.parse(text).post.accounts == (
        settings.PostAccount(
            name="tinh",
            adapter="vnpost_ngsp",
            customer_code="C1",
            key_env="POST_KEY",
            desks=("H27.09",),
            cod_carries="fee",
        ),
    )


def test_a_mistake_in_an_account_says_which_account() -> None:
    with pytest.raises(SettingsError, match=r"post\.accounts\[0\]\.desks\[1\] phải là một chuỗi"):
        settings.parse(_account('desks = ["H27.09", 2]'))


def test_two_accounts_of_one_name_are_refused() -> None:
    with pytest.raises(SettingsError, match=r"post\.accounts\[1\]\.name trùng"):
        settings.parse(_account("") + _account("").removeprefix(LEAST))


@pytest.mark.parametrize(
    "text",
    [
        _account('secret_env = "s3cr3t-itself"'),
        _account('secret = "s3cr3t-itself"'),
        LEAST + '[adapters.vnpost_ngsp]\npassword = "s3cr3t-itself"',
        LEAST + '[adapters.vnpost_ngsp]\nclient_secret = "s3cr3t-itself"',
        LEAST + '[adapters.vnpost_ngsp]\ntoken_env = "s3cr3t-itself"',
    ],
)
def test_a_secret_that_is_written_down_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(SettingsError, match="_env|biến môi trường") as refused:
        settings.parse(text)

    assert "s3cr3t" not in str(refused.value)


def test_a_secret_is_read_by_the_name_of_its_variable() -> None:
    assert settings.read_secret("POST_KEY", {"POST_KEY": "s3cr3t"}).reveal() == "s3cr3t"


@pytest.mark.parametrize("environ", [{}, {"POST_KEY": ""}])
def test_a_secret_that_is_not_set_is_asked_for_by_name(environ: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="POST_KEY"):
        settings.read_secret("POST_KEY", environ)


def kept(path: Path, text: str, mode: int = 0o400) -> Path:
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


def test_a_secret_may_lie_in_a_file_that_a_variable_names(tmp_path: Path) -> None:
    file = kept(tmp_path / "post", "s3cr3t\n")

    assert settings.read_secret("POST_KEY", {"POST_KEY_FILE": str(file)}).reveal() == "s3cr3t"


def test_a_secret_may_lie_in_the_folder_of_the_services_credentials(tmp_path: Path) -> None:
    kept(tmp_path / "POST_KEY", "s3cr3t")

    assert settings.read_secret("POST_KEY", {"CREDENTIALS_DIRECTORY": str(tmp_path)}).reveal() == "s3cr3t"


def test_what_the_environment_says_itself_goes_before_a_file(tmp_path: Path) -> None:
    file = kept(tmp_path / "post", "old")

    assert settings.read_secret("POST_KEY", {"POST_KEY": "new", "POST_KEY_FILE": str(file)}).reveal() == "new"


@pytest.mark.parametrize("mode", [0o644, 0o604, 0o602, 0o420, 0o401])
def test_a_file_with_a_secret_that_others_may_open_is_refused_and_not_told(tmp_path: Path, mode: int) -> None:
    file = kept(tmp_path / "post", "s3cr3t", mode)

    with pytest.raises(SettingsError, match="chmod 0440") as refused:
        settings.read_secret("POST_KEY", {"POST_KEY_FILE": str(file)})
    assert "s3cr3t" not in str(refused.value)


@pytest.mark.parametrize("mode", [0o400, 0o600, 0o440, 0o640])
def test_a_file_for_the_owner_or_its_group_is_good(tmp_path: Path, mode: int) -> None:
    file = kept(tmp_path / "post", "s3cr3t", mode)

    assert settings.read_secret("POST_KEY", {"POST_KEY_FILE": str(file)}).reveal() == "s3cr3t"


def test_a_file_that_is_not_there_or_no_secret_is_named(tmp_path: Path) -> None:
    huge, bytes_ = kept(tmp_path / "huge", "x" * 70_000), tmp_path / "bytes"
    bytes_.write_bytes(b"\xff\xfe")
    bytes_.chmod(0o400)

    for path in (tmp_path / "none", tmp_path, huge, bytes_):
        with pytest.raises(SettingsError, match=str(path)):
            settings.read_secret("POST_KEY", {"POST_KEY_FILE": str(path)})


def test_a_secret_is_never_shown() -> None:
    secret = settings.Secret("s3cr3t")

    assert "s3cr3t" not in f"{secret} {secret!r} {secret!s:>20} {[secret]}"


def test_a_secret_is_never_stored() -> None:
    with pytest.raises(TypeError, match="not copied"):
        pickle.dumps(settings.Secret("s3cr3t"))
