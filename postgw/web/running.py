"""Opening the door: the application listens until it is told to stop."""

from __future__ import annotations

import asyncio
import logging
import signal
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web
from aiohttp.http import HttpProcessingError

from postgw.secret_files import SecretFileError, must_be_closed_to_others
from postgw.settings import SettingsError, Web

#: How long a connection may stay open with nothing asked on it; a proxy keeps its own for 60 seconds, so it ends first.
#: Headers that never end are ended by it too. aiohttp's own is an hour.
IDLE_SECONDS = 75.0
#: How long whoever waits for an answer is waited for when the door closes.
ENDING_SECONDS = 5.0
#: What can be read back by nobody who records it and steals the key later, and cannot be changed on the way.
CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20"


@asynccontextmanager
async def listening(
    app: web.Application, *, host: str, port: int, tls: ssl.SSLContext | None = None
) -> AsyncIterator[str]:
    """Serve the application for the length of the block; yield its address."""
    runner = web.AppRunner(
        app, access_log=None, shutdown_timeout=ENDING_SECONDS, keepalive_timeout=IDLE_SECONDS, logger=_unread()
    )
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port, ssl_context=tls, reuse_port=False, backlog=512)
        await site.start()
        bound = runner.addresses[0][1]
        yield f"{'https' if tls else 'http'}://{f'[{host}]' if ':' in host else host}:{bound}"
    finally:
        await runner.cleanup()


class _InOneLine(logging.Filter):
    """Says of a request that is no HTTP that there was one; a stack of ours, and what was sent, help nobody."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Make such a record a quiet one; let every other pass as it is."""
        fault = record.exc_info[1] if record.exc_info else None
        if isinstance(fault, HttpProcessingError):
            record.levelno, record.levelname = logging.INFO, "INFO"
            record.msg, record.args, record.exc_info = f"no HTTP was spoken: {type(fault).__name__}", None, None
            return logging.getLogger(record.name).isEnabledFor(logging.INFO)
        return True


def _unread() -> logging.Logger:
    """Return the log of what cannot even be read as a request."""
    log = logging.getLogger("postgw.web.unread")
    if not log.filters:
        log.addFilter(_InOneLine())
    return log


def own_tls(web_settings: Web) -> ssl.SSLContext | None:
    """Return what it takes to speak TLS ourselves; nothing where a proxy in front of us does.

    Raises SettingsError when only one of the two files is named, or the key may be read by anybody on the machine.
    """
    files = (web_settings.tls_cert_file, web_settings.tls_private_file)
    if not any(files):
        return None
    if not all(files):
        raise SettingsError("[web] tls_cert_file và tls_private_file phải khai cả hai.")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(CIPHERS)
    context.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_NO_COMPRESSION | ssl.OP_CIPHER_SERVER_PREFERENCE
    try:
        must_be_closed_to_others(Path(web_settings.tls_private_file))
        context.load_cert_chain(*files)
    except ssl.SSLError as fault:
        raise SettingsError(
            f"[web] Chứng chỉ {files[0]} và khoá {files[1]} không dùng được với nhau ({fault.reason})."
        ) from fault
    except SecretFileError as fault:
        raise SettingsError(f"[web] {fault}") from fault
    except OSError as fault:
        raise SettingsError(
            f"[web] Không đọc được chứng chỉ {files[0]} hoặc khoá {files[1]} ({fault.strerror})."
        ) from fault
    return context


async def until_told() -> None:
    """Wait for SIGINT or SIGTERM."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, told.set)
    await told.wait()
