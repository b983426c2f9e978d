"""The checklist of going live: what a province still has to fill in, and why; the same on the page and on the console.

Nothing here decides anything: the gateway runs with half of it missing, and says so on each consignment that suffers.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from postgw.domain.account import Account
from postgw.domain.actor import Actor
from postgw.domain.checklist import STATES, CheckLine, named
from postgw.domain.legal_day import legal_day
from postgw.domain.unit import Unit
from postgw.rules import places
from postgw.rules.book import RuleBook
from postgw.storage import calendar, labels, people, prices, province, readiness
from postgw.storage.backup import newest_at
from postgw.storage.database import Database, Session

_ACCOUNTS_MOST = 500
#: A backup is made every night; after this long one was missed. Design choice.
_BACKUP_OLD_HOURS = 36


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a line is about, and where it is put right."""

    what: str
    link: str = ""


_ABOUT = {
    "units": About(what="Bộ phận Một cửa và bưu cục", link="/desk/admin/units"),
    "administrator": About(what="Tài khoản quản trị", link="/desk/admin/users"),
    "signatories": About(what="Người ký giao nhận", link="/desk/admin/signatories"),
    "windows": About(what="Khung giờ Bưu điện đến lấy", link="/desk/admin/windows"),
    "printers": About(what="Máy in ở quầy", link="/desk/printers"),
    "procedures": About(what="Thủ tục hành chính", link="/desk/admin/procedures"),
    "prices": About(what="Bảng giá của Bưu điện", link="/desk/admin/prices"),
    "zones": About(what="Khu vực bưu chính của các xã", link="/desk/admin/zones"),
    "numbers": About(what="Dải số hiệu Bưu điện cấp", link="/desk/admin/numbers"),
    "places": About(what="Mã xã của Bưu điện", link="/desk/admin/places"),
    "terms": About(what="Thời hạn nộp phí", link="/desk/admin/terms"),
    "series": About(what="Ký hiệu biên lai", link="/desk/admin/series"),
    "post": About(what="Tài khoản bưu điện", link="/desk/wires"),
    "channels": About(what="Tin nhắn cho người dân", link="/desk/messages"),
    "systems": About(what="Hệ thống một cửa", link="/desk/wires"),
    "address": About(what="Địa chỉ cho người dân và TLS"),
    "backups": About(what="Sao lưu"),
    "holidays": About(what="Ngày nghỉ năm tới", link="/desk/admin/calendar"),
    "in_flight": About(what="Hồ sơ đang đi dở", link="/desk/import/in-flight"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What the settings say of going live. Pairs are a name and whether its adapter is one of the rehearsal."""

    public_url: str = ""
    has_tls: bool = False
    rehearsal: bool = True
    posts: Sequence[tuple[str, bool]] = ()
    channels: Sequence[tuple[str, bool]] = ()
    systems: Sequence[tuple[str, bool]] = ()
    backups: str = ""  #: the folder into which they are written; empty: none is named


@dataclass(frozen=True, slots=True, kw_only=True)
class Checklist:
    """The act of looking what is missing."""

    database: Database
    book: RuleBook
    setting: Setting
    schemes: tuple[str, ...] = ()

    async def lines(self, *, actor: Actor, at: datetime) -> tuple[CheckLine, ...]:
        """Return every line, what is missing first."""
        actor.must("admin")
        session, today = self.database.reading, legal_day(at)
        units = [unit for unit in await province.units(session) if not unit.is_closed(today)]
        found = [
            *await self._people(session, units, today), *await self._ground(session, units, today),
            *await self._money(session, today), *_of_the_settings(self.setting), _holidays(self.book, today),
            _backups(self.setting, await self.newest_backup(), at),
            _in_flight(await readiness.has_dossiers(session)),
        ]  # fmt: skip
        return tuple(sorted(found, key=lambda line: STATES.index(line.state)))

    async def newest_backup(self) -> datetime | None:
        """Return of which moment the newest backup is; nothing where none is known."""
        folder = self.setting.backups
        return await asyncio.to_thread(newest_at, Path(folder)) if folder else None

    async def _people(self, session: Session, units: Sequence[Unit], today: date) -> list[CheckLine]:
        desks = [unit for unit in units if unit.kind == "desk"]
        accounts = await people.listed(session, unit="", state="open", after="", limit=_ACCOUNTS_MOST)
        return [
            _units(units), _administrator(accounts),
            _signatories(units, await readiness.units_that_sign(session, on=today)),
            _windows(desks, await readiness.desks_with_windows(session, on=today)),
            _printers(desks, *await readiness.counters(session)),
        ]  # fmt: skip

    async def _ground(self, session: Session, units: Sequence[Unit], today: date) -> list[CheckLine]:
        communes = _communes_near(units, today)
        return [
            _procedures(*await readiness.procedures(session)), _numbers(await labels.ranges(session)),
            await _zones(session, communes, today),
            *[await _places(session, scheme, communes, today) for scheme in self.schemes],
        ]  # fmt: skip

    async def _money(self, session: Session, today: date) -> list[CheckLine]:
        return [
            _prices(await prices.list_on(session, today) is not None),
            _terms(await readiness.count(session, "remit_term")), _series(await readiness.ledgers_with_series(session)),
        ]  # fmt: skip


def _line(code: str, state: str, *, sentence: str, **values: object) -> CheckLine:
    about = _ABOUT[code]
    return CheckLine(code=code, what=about.what, state=state, sentence=sentence, values=values, link=about.link)


def _communes_near(units: Sequence[Unit], on: date) -> list[places.Unit]:
    codes = {unit.commune_code for unit in units if unit.kind == "desk" and unit.commune_code}
    provinces = sorted({places.commune(code).province_code for code in codes})
    return [commune for code in provinces for commune in places.communes(code, on=on)]


def _units(units: Sequence[Unit]) -> CheckLine:
    if {unit.kind for unit in units} != {"desk", "office"}:
        return _line("units", "missing", sentence="Cần ít nhất một bộ phận Một cửa và một bưu cục.")
    bare = [unit.name for unit in units if not (unit.address and unit.opening_hours and unit.phone)]
    if bare:
        told = named(bare)
        return _line("units", "doubtful", sentence="Thiếu địa chỉ, điện thoại hoặc giờ làm việc: {names}.", names=told)
    return _line("units", "done", sentence="{n} đơn vị, đủ địa chỉ, điện thoại, giờ làm việc.", n=len(units))


def _administrator(accounts: Sequence[Account]) -> CheckLine:
    found = [account for account in accounts if "administrator" in account.roles]
    if not found:
        return _line("administrator", "missing", sentence="Chưa có tài khoản quản trị nào của người thật.")
    bare = named([account.login for account in found if not account.has_second_factor])
    if bare:
        return _line("administrator", "doubtful", sentence="Chưa bật lớp bảo vệ thứ hai: {names}.", names=bare)
    return _line("administrator", "done", sentence="Đã có, bật lớp bảo vệ thứ hai.")


def _waits(code: str) -> CheckLine:
    """Return the line of what cannot be told before there are units."""
    return _line(code, "missing", sentence="Khai bộ phận Một cửa và bưu cục trước.")


def _lacking(units: Sequence[Unit], having: frozenset[str]) -> tuple[str, str]:
    """Return the state of what each unit should have, and who has none."""
    bare = [unit.name for unit in units if unit.code not in having]
    if len(bare) == len(units):
        return "missing", named(bare)
    return ("doubtful", named(bare)) if bare else ("done", "")


def _signatories(units: Sequence[Unit], signing: frozenset[str]) -> CheckLine:
    if not units:
        return _waits("signatories")
    state, bare = _lacking(units, signing)
    if bare:
        return _line("signatories", state, sentence="Chưa cử ai ký, chưa giao nhận được: {names}.", names=bare)
    return _line("signatories", state, sentence="Đơn vị nào cũng có người ký.")


def _windows(desks: Sequence[Unit], having: frozenset[str]) -> CheckLine:
    if not desks:
        return _waits("windows")
    state, bare = _lacking(desks, having)
    if bare:
        return _line("windows", state, sentence="Chưa khai cho: {names}. Có kết quả phải hẹn tay từng lần.", names=bare)
    return _line("windows", state, sentence="Bộ phận nào cũng có khung giờ.")


def _printers(desks: Sequence[Unit], having: frozenset[str], untried: Sequence[str]) -> CheckLine:
    if not desks:
        return _waits("printers")
    _, bare = _lacking(desks, having)
    if bare:
        return _line("printers", "doubtful", names=bare,
                     sentence="Chưa khai máy in nên phải mở từng tệp PDF để in: {names}.")  # fmt: skip
    if untried:
        return _line(
            "printers", "doubtful", names=named(list(untried)), sentence="Chưa quét thử tờ in ở quầy: {names}."
        )
    return _line("printers", "done", sentence="Bộ phận nào cũng có máy in đã quét thử đúng.")


def _procedures(count: int, own: int) -> CheckLine:
    if not count:
        return _line(
            "procedures", "missing", sentence="Chưa có thủ tục nào. Nạp danh mục đi kèm rồi soát từng thủ tục."
        )
    if not own:
        return _line("procedures", "doubtful", n=count,
                     sentence="{n} thủ tục đi kèm phần mềm, chưa ai của tỉnh soát và công bố lại.")  # fmt: skip
    return _line("procedures", "done", sentence="{n} bản, trong đó tỉnh công bố {own}.", n=count, own=own)


def _prices(has_list: bool) -> CheckLine:
    if not has_list:
        return _line("prices", "doubtful", sentence="Chưa có bảng giá nào đang áp dụng nên cước tính theo mức tối đa.")
    return _line("prices", "done", sentence="Có bảng giá đang áp dụng.")


async def _zones(session: Session, communes: Sequence[places.Unit], on: date) -> CheckLine:
    if not communes:
        return _waits("zones")
    known = await calendar.zones(session, [commune.code for commune in communes])
    bare = [one.name for one in communes if not any(begun <= on for begun, _ in known.get(one.code, ()))]
    if bare:
        return _line("zones", "missing", n=len(bare), names=named(bare),
                     sentence="{n} xã chưa có khu vực nên chưa tính được cước và hạn: {names}.")  # fmt: skip
    return _line("zones", "done", sentence="Đủ {n} xã.", n=len(communes))


def _numbers(ranges: Sequence[labels.LentRange]) -> CheckLine:
    left = sum(one.last - one.first + 1 - one.taken for one in ranges)
    if not left:
        if not ranges:
            return _line(
                "numbers", "doubtful", sentence="Chưa có dải nào; nhãn chờ số của Bưu điện hoặc gắn ở bưu cục."
            )
        return _line("numbers", "missing", sentence="Hết số. Xin Bưu điện cấp một dải.")
    return _line("numbers", "done", sentence="Còn {n} số.", n=f"{left:,}".replace(",", "."))


async def _places(session: Session, scheme: str, communes: Sequence[places.Unit], on: date) -> CheckLine:
    if not communes:
        return _waits("places")
    known = await province.coded_communes(session, scheme=scheme, on=on)
    bare = [one.name for one in communes if one.code not in known]
    if bare:
        return _line(
            "places", "doubtful" if known else "missing", scheme=scheme, n=len(bare), names=named(bare),
            sentence="{scheme}: {n} xã trong tỉnh chưa có mã, không ghi được bưu gửi đến đó: {names}.",
        )  # fmt: skip
    return _line("places", "done", sentence="{scheme}: {n} xã có mã.", scheme=scheme, n=len(known))


def _terms(count: int) -> CheckLine:
    if not count:
        return _line("terms", "doubtful", sentence="Chưa khai thủ tục nào; phí thu hộ nộp theo hạn chung.")
    return _line("terms", "done", sentence="Đã khai {n} dòng.", n=count)


def _series(ledgers: frozenset[str]) -> CheckLine:
    if len(ledgers) < 2:
        return _line(
            "series",
            "missing",
            sentence="Cần một ký hiệu cho phí, lệ phí và một cho cước; chưa có thì không thu tiền được.",
        )
    return _line("series", "done", sentence="Có ký hiệu cho cả phí và cước.")


def _of_the_settings(setting: Setting) -> list[CheckLine]:
    return [_post(setting), _channels(setting), _systems(setting), _address(setting)]


def _rehearsing(pairs: Sequence[tuple[str, bool]]) -> list[str]:
    return [name for name, rehearsal in pairs if rehearsal]


def _post(setting: Setting) -> CheckLine:
    if not setting.posts:
        return _line("post", "missing", sentence="Chưa có tài khoản nào. Khai [[post.accounts]] trong settings.toml.")
    if doubles := _rehearsing(setting.posts):
        return _line(
            "post", "missing", names=named(doubles),
            sentence="Còn diễn tập, chưa nối Bưu điện thật: {names}. Khai [[post.accounts]] trong settings.toml.",
        )  # fmt: skip
    return _line("post", "done", sentence="Nối Bưu điện thật: {n} tài khoản.", n=len(setting.posts))


def _channels(setting: Setting) -> CheckLine:
    if not setting.channels or _rehearsing(setting.channels):
        return _line(
            "channels",
            "doubtful",
            sentence="Chưa có kênh tin nhắn thật, người dân phải tự tra. Khai [messages] trong settings.toml.",
        )
    return _line("channels", "done", sentence="Gửi qua {names}.", names=named([name for name, _ in setting.channels]))


def _systems(setting: Setting) -> CheckLine:
    if not setting.systems or _rehearsing(setting.systems):
        return _line("systems", "doubtful",
                     sentence="Chưa nối hệ thống một cửa thật; hồ sơ nhập tay hoặc theo danh sách.")  # fmt: skip
    return _line("systems", "done", sentence="Nối {n} hệ thống.", n=len(setting.systems))


def _address(setting: Setting) -> CheckLine:
    url = setting.public_url
    if not url.startswith("https://"):
        return _line(
            "address",
            "missing",
            sentence=(
                "Khai [web] public_url bắt đầu bằng https://. Chưa khai thì tin nhắn và giấy cho người dân không có"
                " đường dẫn xem hồ sơ."
            ),
        )
    if not setting.has_tls:
        return _line("address", "doubtful", url=url,
                     sentence="{url}: chưa khai chứng chỉ TLS, cũng chưa khai máy TLS đứng trước.")  # fmt: skip
    return _line("address", "done", sentence="{url}, có TLS.", url=url)


def _backups(setting: Setting, newest: datetime | None, at: datetime) -> CheckLine:
    if not setting.backups:
        return _line("backups", "doubtful", sentence="Chưa khai [storage] backups nên cổng không biết đã sao lưu chưa.")
    if newest is None:
        sentence = "{folder}: chưa có bản nào. Đặt lịch postgw backup."
        return _line("backups", "missing", sentence=sentence, folder=setting.backups)
    hours = int((at - newest) / timedelta(hours=1))
    if hours >= _BACKUP_OLD_HOURS:
        return _line("backups", "missing", sentence="Bản mới nhất đã {hours} giờ. Xem lịch postgw backup.", hours=hours)
    return _line("backups", "done", sentence="Bản mới nhất {hours} giờ trước.", hours=hours)


def _holidays(book: RuleBook, today: date) -> CheckLine:
    year = today.year + 1
    known = [day for day in book.holidays_on(today).holidays if day.on.year == year]
    if not known:
        return _line("holidays", "missing", sentence="Chưa có lịch nghỉ năm {year}, hạn vắt qua Tết sẽ sai.", year=year)
    if not all(day.announced for day in known):
        return _line("holidays", "doubtful", year=year,
                     sentence="Lịch nghỉ năm {year} mới là dự tính, chờ thông báo chính thức.")  # fmt: skip
    return _line("holidays", "done", sentence="Có lịch nghỉ năm {year}.", year=year)


def _in_flight(has_dossiers: bool) -> CheckLine:
    if not has_dossiers:
        return _line("in_flight", "doubtful",
                     sentence="Chưa có hồ sơ nào. Hồ sơ đi dở trước ngày mở cổng thì nhập theo danh sách.")  # fmt: skip
    return _line("in_flight", "done", sentence="Đã có hồ sơ trong cổng.")
