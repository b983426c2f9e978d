"""Opening the door: the application listens until it is told to stop."""

from __future__ import annotations

import asyncio
import signal
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from postgw.settings import SettingsError, Web


@asynccontextmanager
async def listening(
    app: web.Application, *, host: str, port: int, tls: ssl.SSLContext | None = None
) -> AsyncIterator[str]:
    """Serve the application for the length of the block; yield its address."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=5.0)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port, ssl_context=tls, reuse_port=False, backlog=512)
        await site.start()
        bound = runner.addresses[0][1]
        yield f"{'https' if tls else 'http'}://{f'[{host}]' if ':' in host else host}:{bound}"
    finally:
        await runner.cleanup()


def own_tls(web_settings: Web) -> ssl.SSLContext | None:
    """Return what it takes to speak TLS ourselves; nothing where a proxy in front of us does.

    Raises SettingsError when only one of the two files is named.
    """
    files = (web_settings.tls_cert_file, web_settings.tls_private_file)
    if not any(files):
        return None
    if not all(files):
        raise SettingsError("[web] tls_cert_file và tls_private_file phải khai cả hai.")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(*files)
    return context


async def until_told() -> None:
    """Wait for SIGINT or SIGTERM."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, told.set)
    await told.wait()
