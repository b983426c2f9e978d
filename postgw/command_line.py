"""The command line: every command of `postgw` with its options, and which act it names.

What an act does stands in `cli`; here is only how it is asked for. The options of one command are told to the parser
when that one is asked for: all of them together take as long as a tenth of a start.

Stands on: user_command. Used by: cli.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from postgw.domain.actor import RIGHTS
from postgw.rules.roles import load_roles


def read(words: Sequence[str]) -> argparse.Namespace:
    """Return what was asked for; the act stands in `act`. Ends the process with a sentence where it cannot be read."""
    before = 2 if words[:1] == ["--log-level"] else 0  # as the units of a service say it
    return parser(next(iter(words[before:]), "")).parse_args(words)


def parser(command: str = "") -> argparse.ArgumentParser:
    """Return the parser of one command, of all of them where it is none."""
    parser = argparse.ArgumentParser(prog="postgw", description="Cổng giữa bộ phận Một cửa và bưu điện.")
    parser.add_argument("--log-level", default="WARNING", choices=("DEBUG", "INFO", "WARNING", "ERROR"))
    commands = parser.add_subparsers(required=True, metavar="lệnh")
    for add in [_COMMANDS[command]] if command in _COMMANDS else dict.fromkeys(_COMMANDS.values()):
        add(commands)
    return parser


def _command(commands: Any, name: str, act: str, told: str) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(name, help=told, description=told)
    command.set_defaults(act=act)
    return command


def _add_serve(commands: Any) -> None:
    serve = _command(commands, "serve", "serve", "mở cổng cho người và máy, làm cả việc định kỳ")
    serve.add_argument("--host", default="")
    serve.add_argument("--port", type=int, default=0)


def _add_work(commands: Any) -> None:
    _command(commands, "work", "work", "chỉ làm việc định kỳ, không mở cổng")


def _add_demo(commands: Any) -> None:
    demo = _command(commands, "demo", "demo", "dựng một ngày làm việc ở Hà Tĩnh để xem thử")
    demo.add_argument("--host", default="127.0.0.1")
    demo.add_argument("--port", type=int, default=8045)
    demo.add_argument("--data", default="data/demo", help="thư mục giữ dữ liệu diễn tập")
    demo.add_argument("--tls", action="store_true", help="dùng https với chứng chỉ tự tạo")
    demo.add_argument("--ca-out", default="", help="ghi chứng chỉ CA tự tạo vào tệp này (PEM)")
    demo.add_argument("--ngsp-key", default="", help="khoá để hệ thống một cửa gọi thử giao diện NGSP ở /ngsp")
    demo.add_argument("--ngsp-secret", default="", help="mật khẩu đi với --ngsp-key")


def _add_upkeep(commands: Any) -> None:
    _command(commands, "migrate", "migrate", "nâng cơ sở dữ liệu lên bản này")
    check = _command(commands, "check", "check", "soát cài đặt, cơ sở dữ liệu và môi trường")
    check.add_argument("--json", action="store_true")


def _add_backup(commands: Any) -> None:
    backup = _command(commands, "backup", "backup", "sao lưu cơ sở dữ liệu vào một thư mục mới, khi mọi người vẫn làm")
    backup.add_argument("folder", help="thư mục chứa các bản sao lưu")
    backup.add_argument("--keep", type=int, default=0, help="chỉ giữ bấy nhiêu bản mới nhất; 0 là giữ hết")
    backup.add_argument("--json", action="store_true")
    restore = _command(commands, "restore", "restore", "khôi phục cơ sở dữ liệu từ một bản sao lưu")
    restore.add_argument("backup", help="thư mục của bản sao lưu")
    restore.add_argument("--replace", action="store_true", help="thay cơ sở dữ liệu đang có; bản đang có được giữ lại")
    restore.add_argument("--json", action="store_true")


def _add_import(commands: Any) -> None:
    command = _command(commands, "import", "import", "nhập hồ sơ từ danh sách CSV hoặc XLSX")
    command.add_argument("file", help="tệp CSV hoặc XLSX; với --template là tệp mẫu sẽ ghi ra")
    command.add_argument("--desk", default="", help="mã bộ phận Một cửa nhận, khi tệp không ghi")
    command.add_argument("--template", action="store_true", help="ghi tệp mẫu thay vì đọc")
    command.add_argument(
        "--in-flight", action="store_true", help="tiếp quản bưu gửi bưu điện đang giữ, không đặt lại với bưu điện"
    )
    command.add_argument("--check", action="store_true", help="với --in-flight: chỉ soát từng dòng, không ghi gì")


def _add_reconcile(commands: Any) -> None:
    from postgw.domain.reconciliation import SOURCES

    command = _command(commands, "reconcile", "reconcile", "nhập bảng kê của Bưu điện hoặc sao kê ngân hàng, đối soát")
    command.add_argument("file", help="tệp CSV hoặc XLSX")
    command.add_argument("--source", required=True, choices=tuple(SOURCES))
    command.add_argument("--account", required=True, help="tài khoản bưu điện, hoặc tài khoản ngân hàng")


def _add_label(commands: Any) -> None:
    command = _command(commands, "label", "label", "vẽ nhãn ra tệp")
    command.add_argument("number", nargs="+")
    command.add_argument("-o", "--output", required=True)
    command.add_argument("--format", choices=("pdf", "zpl", "png"), default="pdf")
    command.add_argument("--paper", default="", help="100x150, 100x75, a6, a4-4, a4-8")
    command.add_argument("--dpi", type=int, default=0)
    command.add_argument("--first-place", type=int, default=1, help="chỗ đầu tiên còn trống trên tờ A4")


def _add_track(commands: Any) -> None:
    track = _command(commands, "track", "track", "hồ sơ, bưu gửi đang ở đâu")
    track.add_argument("number")
    track.add_argument("--json", action="store_true")


def _add_evidence(commands: Any) -> None:
    from postgw.domain.disclosure import PURPOSES

    verify = _command(
        commands, "verify", "verify", "soát các chuỗi sự kiện và niêm phong, đối chiếu lại mọi kết quả đang lưu"
    )
    verify.add_argument("--kept", default="", help="mã niêm phong mà kiểm toán viên đã giữ")
    verify.add_argument("--json", action="store_true")
    export = _command(commands, "export", "export", "xuất hồ sơ chứng cứ của một hồ sơ: một PDF, một JSON")
    export.add_argument("dossier_no")
    export.add_argument("-o", "--output", required=True, help="thư mục sẽ ghi vào")
    export.add_argument("--request", default="", help="số yêu cầu bằng văn bản đã ghi, khi cung cấp ra ngoài")
    export.add_argument("--purpose", default="", choices=("", *PURPOSES), help="mục đích, khi tự dùng")
    export.add_argument("--json", action="store_true")


def _add_report(commands: Any) -> None:
    report = _command(commands, "report", "report", "báo cáo của một kỳ: 2026-Q4, 2026-H1 hoặc 2026")
    report.add_argument("period")
    report.add_argument("-o", "--output", default="", help="tệp sẽ ghi; đuôi tệp là định dạng")
    report.add_argument("--format", choices=("xlsx", "csv", "pdf"), default="")
    report.add_argument("--unit", default="", help="báo cáo riêng của một đơn vị")
    report.add_argument("--draft", action="store_true", help="tính lại bây giờ dù đã phát hành")
    report.add_argument("--json", action="store_true")


def _add_token(commands: Any) -> None:
    acts = commands.add_parser("token", help="mã truy cập: cấp, xem, thu hồi").add_subparsers(dest="do", required=True)
    issue = _command(acts, "issue", "token", "cấp một mã truy cập")
    issue.add_argument("name")
    rights = issue.add_mutually_exclusive_group(required=True)
    rights.add_argument("--scope", nargs="+", choices=RIGHTS)
    rights.add_argument("--role", default="", choices=tuple(load_roles()), help="mọi quyền của vai trò này")
    issue.add_argument("--unit", default="", help="mã bộ phận hoặc bưu cục; để trống là tất cả")
    _command(acts, "list", "token", "xem các thẻ, không có mã")
    _command(acts, "revoke", "token", "thu hồi một mã").add_argument("token_no")


def _add_user(commands: Any) -> None:
    from postgw.user_command import add_user

    user = _command(commands, "user", "user", "tài khoản người dùng: tạo, xem, khoá, mở, đặt lại mật khẩu")
    add_user(user.add_subparsers(dest="do", required=True))


def _add_numbers(commands: Any) -> None:
    acts = commands.add_parser("numbers", help="dải số hiệu bưu gửi Bưu điện cho mượn").add_subparsers(
        dest="do", required=True
    )
    lend = _command(acts, "lend", "numbers", "ghi một dải số mới mượn")
    lend.add_argument("indicator", help="hai chữ đầu, ví dụ RR")
    lend.add_argument("first", type=int)
    lend.add_argument("last", type=int)
    lend.add_argument("--account", required=True)
    _command(acts, "list", "numbers", "xem các dải và phần đã dùng")


def _add_print(commands: Any) -> None:
    command = _command(commands, "print", "print", "chạy ở quầy: lấy việc in của quầy, gửi ra máy in của máy này")
    command.add_argument("--url", default="", help="địa chỉ cổng, ví dụ https://cong.example")
    command.add_argument("--token-env", default="", help="biến môi trường giữ mã của quầy (POSTGW_PRINT_TOKEN)")
    command.add_argument("--settings", default="", help="tệp TOML ghi url, token_env, folder, state, ca_file")
    command.add_argument("--once", action="store_true", help="in hết việc đang chờ rồi thôi")
    command.add_argument("--folder", default="", help="ghi ra thư mục này thay vì gửi tới hàng in")
    command.add_argument("--state", default="", help="tệp nhớ giấy nào đã gửi máy in (postgw-print.json)")
    command.add_argument("--ca-file", default="", help="chứng chỉ CA riêng của cổng (PEM)")


def _add_places(commands: Any) -> None:
    from adapters.registry import cards

    acts = commands.add_parser("places", help="mã tỉnh, xã của bưu điện").add_subparsers(dest="do", required=True)
    command = _command(acts, "import", "places", "nhập bảng mã của bưu điện từ CSV, cả tệp hoặc không dòng nào")
    command.add_argument("file", help="tệp CSV: commune_code,province,district,commune")
    command.add_argument("--scheme", required=True, choices=sorted({card.places for card in cards() if card.places}))
    command.add_argument(
        "--from", required=True, dest="valid_from", type=date.fromisoformat, help="có hiệu lực từ ngày"
    )
    command.add_argument("--reason", required=True, help="lý do, ví dụ số công văn của Bưu điện")


def _add_rehearse(commands: Any) -> None:
    from adapters.rehearsal.doubles import DOUBLES
    from adapters.rehearsal.settings import command_line

    acts = commands.add_parser("rehearse", help="các vai diễn tập chạy riêng").add_subparsers(required=True)
    for name, double in DOUBLES.items():
        act = _command(acts, name, "rehearse", double.title)
        act.set_defaults(double=double)
        for flag, described in command_line(double.options):
            act.add_argument(flag, **described)


#: In the order of the help; what belongs together is told together.
_COMMANDS: Mapping[str, Callable[[Any], None]] = {
    "serve": _add_serve, "work": _add_work, "demo": _add_demo, "migrate": _add_upkeep, "check": _add_upkeep,
    "backup": _add_backup, "restore": _add_backup, "import": _add_import, "reconcile": _add_reconcile,
    "label": _add_label, "track": _add_track, "verify": _add_evidence, "export": _add_evidence, "report": _add_report,
    "token": _add_token, "user": _add_user, "numbers": _add_numbers, "print": _add_print, "places": _add_places,
    "rehearse": _add_rehearse,
}  # fmt: skip
