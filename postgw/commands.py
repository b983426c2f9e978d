"""What the commands do that end by themselves, and the demonstration.

They are loaded when one of them is asked for: `serve` and `work` need none of it to start.

Used by: cli.
"""

from __future__ import annotations

import argparse
import json
import os
import ssl
from collections.abc import Callable, Coroutine
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from adapters.rehearsal import certificate
from adapters.rehearsal.doubles import stand
from adapters.rehearsal.settings import options_from
from postgw import settings
from postgw.backup_command import put_back, write_backup
from postgw.bootstrap import must_be_usable, now, opened_house
from postgw.check_command import check
from postgw.counter_print import print_at_counter, settings_of
from postgw.demo.customers import lend_keys
from postgw.demo.furnishing import furnish
from postgw.demo.newcomers import newcomers
from postgw.demo.opening import demo_settings, letters, welcome
from postgw.domain.actor import GATEWAY
from postgw.domain.errors import Unknown
from postgw.domain.report import FIGURES, RATES, shown_share
from postgw.in_flight_import import import_in_flight, write_in_flight_template
from postgw.places_import import import_places
from postgw.serving import application, reading_the_rest, say, timetable
from postgw.sheet_import import import_sheet, reconcile_file, write_template
from postgw.storage.migrate import migrate, standing
from postgw.user_command import do_with_user, say_roles
from postgw.verify_command import verify
from postgw.web.running import listening, until_told

Act = Callable[[argparse.Namespace], Coroutine[Any, Any, int]]


def _as_json(answer: object) -> None:
    say(json.dumps(answer, ensure_ascii=False, indent=2, default=str))


async def _demo(asked: argparse.Namespace) -> int:
    """Show a working day in Hà Tĩnh, still moving."""
    folder = Path(asked.data).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    chosen = demo_settings(folder, host=asked.host, port=asked.port, tls=asked.tls)
    await migrate(chosen.storage.url)
    tls = _certified(asked)
    async with opened_house(chosen) as house:
        say("Đang dựng một ngày làm việc ở Hà Tĩnh …")
        await furnish(house, now())
        if asked.ngsp_key:
            await lend_keys(house, asked.ngsp_key, asked.ngsp_secret, now())
        async with listening(application(house), host=asked.host, port=asked.port, tls=tls) as url:
            say(welcome(url, folder, await letters(house, now())))
            async with timetable(house), newcomers(house), reading_the_rest():
                await until_told()
    return 0


def _certified(asked: argparse.Namespace) -> ssl.SSLContext | None:
    if not asked.tls:
        return None
    made = certificate.make(asked.host, now())
    if asked.ca_out:
        Path(asked.ca_out).write_bytes(made.authority_pem)
    return made.server_context()


async def _migrate(asked: argparse.Namespace) -> int:
    """Bring the database to this release."""
    url = settings.load().storage.url
    found = await standing(url)
    must_be_usable(replace(found, waiting=()))
    await migrate(url)
    if found.waiting:
        say(f"Đã nâng cấp: {', '.join(found.waiting)}.")
    elif found.beyond:
        say(f"Cơ sở dữ liệu mới hơn bản này (bước {found.beyond[-1]}); không đổi gì. Cài bản mới cho mọi cổng.")
    else:
        say("Cơ sở dữ liệu đã đúng bản.")
    return 0


async def _backup(asked: argparse.Namespace) -> int:
    """Write the database into a new folder."""
    url = settings.load().storage.url
    return await write_backup(url, Path(asked.folder), keep=asked.keep, as_json=asked.json, say=say, at=now())


async def _restore(asked: argparse.Namespace) -> int:
    """Put a backup in the database's place."""
    url = settings.load().storage.url
    return await put_back(url, Path(asked.backup), replace=asked.replace, as_json=asked.json, say=say, at=now())


async def _check(asked: argparse.Namespace) -> int:
    """Say what is wrong with the settings, the database and the environment."""
    return await check(os.environ, as_json=asked.json, say=say, at=now())


async def _import(asked: argparse.Namespace) -> int:
    """Take dossiers in from a sheet."""
    if asked.in_flight:
        return await _import_in_flight(asked)
    if asked.template:
        return await write_template(Path(asked.file))
    async with opened_house(settings.load()) as house:
        return await import_sheet(house, Path(asked.file), desk=asked.desk, say=say)


async def _import_in_flight(asked: argparse.Namespace) -> int:
    """Take over what is with the post already, or only look."""
    async with opened_house(settings.load()) as house:
        if asked.template:
            return await write_in_flight_template(house, Path(asked.file))
        return await import_in_flight(house, Path(asked.file), desk=asked.desk, check=asked.check, say=say)


async def _reconcile(asked: argparse.Namespace) -> int:
    """Take a statement in and say what balances."""
    async with opened_house(settings.load()) as house:
        return await reconcile_file(house, Path(asked.file), source=asked.source, account=asked.account, say=say)


async def _label(asked: argparse.Namespace) -> int:
    """Draw labels into a file."""
    async with opened_house(settings.load()) as house:
        acts, paper, at = house.services.labelling, house.settings.labels, now()
        stock, dpi = asked.paper or paper.stock, asked.dpi or paper.dpi
        if asked.format == "pdf":
            pieces = await acts.pdf(asked.number, stock=stock, first_place=asked.first_place, actor=GATEWAY, at=at)
            first = await anext(pieces)
            with Path(asked.output).open("wb") as file:
                file.write(first)
                async for piece in pieces:
                    file.write(piece)
        elif asked.format == "zpl":
            drawn = await acts.zpl(asked.number, stock=stock, dpi=dpi, actor=GATEWAY, at=at)
            Path(asked.output).write_text(drawn, encoding="utf-8")
        else:
            Path(asked.output).write_bytes(await acts.png(asked.number[0], stock=stock, dpi=dpi, actor=GATEWAY, at=at))
    say(f"Đã vẽ {len(asked.number)} nhãn vào {asked.output}.")
    return 0


async def _print(asked: argparse.Namespace) -> int:
    """Print the jobs of one counter on the printers of this machine."""
    return await print_at_counter(settings_of(asked), once=asked.once, say=say)


async def _track(asked: argparse.Namespace) -> int:
    """Say where something is."""
    async with opened_house(settings.load()) as house:
        track = await house.services.enquiry.track(asked.number)
        if track is None:
            raise Unknown("Chưa có hồ sơ hay bưu gửi mang số {number}.", number=asked.number, code="track.unknown")
        if asked.json:
            _as_json(asdict(track))
        else:
            told = "đã dừng" if track.stopped else f"chặng {track.stages_done} trên 4"
            say(f"{track.number}: {told}.")
    return 0


async def _verify(asked: argparse.Namespace) -> int:
    """Check every chain and every seal, and reckon every result anew."""
    async with opened_house(settings.load()) as house:
        return await verify(house, kept_digest=asked.kept, as_json=asked.json, say=say)


async def _export(asked: argparse.Namespace) -> int:
    """Write the evidence pack of a dossier into a folder: one PDF and one JSON."""
    async with opened_house(settings.load()) as house:
        pack = await house.services.evidence.export(
            asked.dossier_no, request_no=asked.request, purpose=asked.purpose, actor=GATEWAY, at=now()
        )
    folder = Path(asked.output)
    folder.mkdir(parents=True, exist_ok=True)
    name = "chung-cu-" + pack.dossier_key.replace("/", "-")
    files = {folder / f"{name}.json": pack.json, folder / f"{name}.pdf": pack.pdf}
    for file, content in files.items():
        file.write_bytes(content)
    if asked.json:
        _as_json({"content_sha256": pack.digest, "files": [str(file) for file in files]})
    else:
        say(f"Đã ghi {' và '.join(str(file) for file in files)}. Mã băm nội dung: {pack.digest}")
    return 0


async def _report(asked: argparse.Namespace) -> int:
    """Count the report of a period, or read the one that was issued; write it, or say its figures."""
    async with opened_house(settings.load()) as house:
        acts = house.services.reports
        shown = await acts.report(asked.period, unit=asked.unit, draft=asked.draft, actor=GATEWAY, at=now())
        if asked.output:
            format = asked.format or Path(asked.output).suffix.lstrip(".").lower()
            Path(asked.output).write_bytes(await acts.file(shown, format))
    version = f"bản {shown.issued.version}" if shown.issued else "dự thảo"
    if asked.json:
        _as_json({**shown.content, "issued": asdict(shown.issued) if shown.issued else None})
    elif asked.output:
        say(f"{shown.content['title']}, {version}: đã ghi {asked.output}.")
    else:
        say(f"{shown.content['title']}, {version}, nộp trước ngày {shown.content['before_on']}.")
        for code, value in shown.content["figures"].items():
            say(f"{FIGURES[code].title}: {value:,}".replace(",", "."))
        for code, tenths in shown.content["rates"].items():
            say(f"{RATES[code].title}: {shown_share(tenths)}")
    return 0


async def _token(asked: argparse.Namespace) -> int:
    """Make, list or revoke access tokens."""
    async with opened_house(settings.load()) as house:
        acts = house.services.accounts
        if asked.do == "issue":
            text, card = await acts.issue(
                name=asked.name, scopes=tuple(asked.scope or ()), role=asked.role, unit=asked.unit, actor=GATEWAY,
                at=now(),
            )  # fmt: skip
            say(f"{text}\nMã này chỉ hiện một lần. Số thẻ: {card.token_no}")
        elif asked.do == "revoke":
            await acts.revoke(asked.token_no, actor=GATEWAY, at=now())
            say(f"Đã thu hồi {asked.token_no}.")
        else:
            _as_json([asdict(card) for card in await acts.tokens(actor=GATEWAY)])
    return 0


async def _user(asked: argparse.Namespace) -> int:
    """Make, list, block, open or reset accounts of people."""
    if asked.do == "roles":
        return say_roles(say)
    async with opened_house(settings.load()) as house:
        return await do_with_user(house, asked, at=now(), say=say)


async def _numbers(asked: argparse.Namespace) -> int:
    """Take over a lent range of item numbers, or list them."""
    async with opened_house(settings.load()) as house:
        acts = house.services.labelling
        if asked.do == "lend":
            await acts.lend(asked.indicator, asked.first, asked.last, asked.account, actor=GATEWAY, at=now())
        _as_json([asdict(lent) for lent in await acts.ranges(actor=GATEWAY)])
    return 0


async def _places(asked: argparse.Namespace) -> int:
    """Take in a post's own codes of the communes."""
    async with opened_house(settings.load()) as house:
        return await import_places(
            house,
            Path(asked.file),
            scheme=asked.scheme,
            valid_from=asked.valid_from,
            reason=asked.reason,
            at=now(),
            say=say,
        )


async def _rehearse(asked: argparse.Namespace) -> int:
    """Run one double alone until it is stopped."""
    await stand(asked.double, options_from(vars(asked), asked.double.options))
    return 0


#: What each act that the command line names does.
ACTS: dict[str, Act] = {
    "check": _check,
    "demo": _demo,
    "export": _export,
    "import": _import,
    "label": _label,
    "migrate": _migrate,
    "backup": _backup,
    "restore": _restore,
    "numbers": _numbers,
    "places": _places,
    "print": _print,
    "reconcile": _reconcile,
    "rehearse": _rehearse,
    "report": _report,
    "token": _token,
    "track": _track,
    "user": _user,
    "verify": _verify,
}
