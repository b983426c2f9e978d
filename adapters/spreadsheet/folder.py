"""A folder that people share with us: what they drop is taken whole, what we write appears whole.

Nobody tells us when a copy over a network has ended. So a file counts as arrived when neither its size nor its time of
change has moved between looks for a while; Explorer keeps the old time of change of what it copies, so that time alone
says nothing. What Excel and browsers leave beside a file while they work on it is passed over.

Names of files are a stranger's: they are never a path, no link is followed, and what we write bears a name of our own
making. A file that was read goes into another room of the folder, under its name and the beginning of its digest: the
same content always lands at the same place, and nothing is ever erased.

Used by: inbox, ledger_sheet, folder_desk, folder_post.
Source: POSIX rename (2), which is atomic within one file system, and flock (2).
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import stat
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from postgw.domain.errors import TooMuch, Unreachable

#: Where files are dropped, where they go when they were taken, and where what must be mended lies.
INBOX, DONE, TO_MEND = "vao", "xong", "can-sua"
_LEDGER = ".so"
_LOCK = ".khoa"
_UNFINISHED = (".tmp", ".part", ".partial", ".crdownload", ".download", "~")
_HIDDEN = (".", "~$")
#: More files than this in one look wait for the next.
_FILES_MOST = 500
_NOT_IN_A_NAME = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\ud800-\udfff]')
_STEM_MOST = 60

#: Which file it is and whether it has changed: its inode, size, and time of change.
Mark = tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """A file that has arrived whole."""

    name: str
    mark: Mark
    digest: str
    too_large: bool = False  #: then the digest is that of its name and mark

    @property
    def stem(self) -> str:
        """Return what files about this one are called: its name made harmless, and the beginning of its digest."""
        return f"{harmless_name(Path(self.name).stem)}-{self.digest[:8]}"

    @property
    def kept_name(self) -> str:
        """Return what it is called once it has been read."""
        return self.stem + harmless_name(Path(self.name).suffix[:10], "")

    def refusal(self, most: int) -> TooMuch:
        """Return why a file of this size is not read."""
        return TooMuch(
            "Tệp nặng {size} MB, nhiều nhất {most} MB. Tách thành nhiều tệp rồi nhập từng tệp.",
            size=-(-self.mark[1] // 1_000_000), most=most // 1_000_000, code="sheet.large",
        )  # fmt: skip


def harmless_name(text: str, otherwise: str = "tep") -> str:
    """Return a part of a file name that every system can bear.

    >>> harmless_name("danh sách 25/11"), harmless_name("../.."), harmless_name("...")
    ('danh sách 25_11', '_', 'tep')
    """
    plain = _NOT_IN_A_NAME.sub("_", text)
    return (plain if plain.startswith(".") and not otherwise else plain.strip(". "))[:_STEM_MOST] or otherwise


class SharedFolder:
    """One folder and its rooms. Every method blocks: call it from a thread."""

    def __init__(
        self, root: Path, *, bytes_most: int, quiet_seconds: float, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._root = root
        self._bytes_most = bytes_most
        self._quiet = quiet_seconds
        self._monotonic = monotonic
        self._since: dict[str, tuple[Mark, float]] = {}
        self._digests: dict[Mark, str] = {}

    def waiting(self) -> tuple[Dropped, ...]:
        """Return the files that have arrived whole, oldest first."""
        now = self._monotonic()
        seen = self._files()
        since = {name: self._since.get(name, (None, 0.0)) for name, _ in seen}
        self._since = {name: (mark, since[name][1] if since[name][0] == mark else now) for name, mark in seen}
        whole = [(name, mark) for name, mark in seen if now - self._since[name][1] >= self._quiet]
        found = tuple(one for name, mark in whole if (one := self._looked_at(name, mark)))
        self._digests = {one.mark: one.digest for one in found}
        return found

    def _files(self) -> list[tuple[str, Mark]]:
        found = []
        with os.scandir(self._room(INBOX)) as entries:
            for entry in entries:
                if entry.name.startswith(_HIDDEN) or entry.name.lower().endswith(_UNFINISHED):
                    continue
                with suppress(FileNotFoundError):  # taken away again meanwhile
                    state = entry.stat(follow_symlinks=False)
                    if stat.S_ISREG(state.st_mode) and state.st_size:
                        found.append((entry.name, _mark(state)))
        return sorted(found, key=lambda each: (each[1][2], each[0]))[:_FILES_MOST]

    def _looked_at(self, name: str, mark: Mark) -> Dropped | None:
        if mark[1] > self._bytes_most:
            digest = hashlib.sha256(f"{name}|{mark}".encode("utf-8", "replace")).hexdigest()
            return Dropped(name=name, mark=mark, digest=digest, too_large=True)
        digest = self._digests.get(mark) or _digest(self._content(name, mark))
        return Dropped(name=name, mark=mark, digest=digest) if digest else None

    def content(self, one: Dropped) -> bytes | None:
        """Return what stands in a file; nothing when it is no longer the file that was looked at."""
        content = self._content(one.name, one.mark)
        return content if _digest(content) == one.digest else None

    def _content(self, name: str, mark: Mark) -> bytes | None:
        content = _read(self._room(INBOX) / name, most=self._bytes_most, mark=mark)
        return content or None

    def put_away(self, one: Dropped, room: str) -> None:
        """Move a file that was read into another room; one that has changed since stays where it is."""
        lies, goes = self._room(INBOX) / one.name, self._room(room) / one.kept_name
        with suppress(FileNotFoundError):
            if _mark(os.lstat(lies)) != one.mark:
                return
            os.replace(lies, goes)
            if not one.too_large and _digest(_read(goes, most=self._bytes_most)) != one.digest:
                self._put_back(goes, one)  # written over between the look and the move: it is another list

    def _put_back(self, lies: Path, one: Dropped) -> None:
        goes = self._room(INBOX) / one.name
        os.replace(lies, goes.with_name(f"lai-{one.kept_name}") if goes.exists() else goes)

    def read(self, room: str, name: str) -> bytes | None:
        """Return a file of ours; nothing when there is none."""
        return _read(self._room(room) / name)

    def write(self, room: str, name: str, content: bytes) -> None:
        """Write a file of ours: who looks sees the old one or the new one, also after a power cut."""
        folder = self._room(room)
        handle, draft = tempfile.mkstemp(dir=folder, prefix=".", suffix=".tmp")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fchmod(file.fileno(), 0o660)
                os.fsync(file.fileno())
            os.replace(draft, folder / name)
        except BaseException:
            Path(draft).unlink(missing_ok=True)
            raise
        _settle(folder)

    def note(self, name: str, content: bytes) -> None:
        """Write into the ledger that people do not see."""
        self.write(_LEDGER, name, content)

    def notes(self, most: int) -> Iterator[bytes]:
        """Yield what stands in the ledger, newest first; what is older than `most` of them is forgotten."""
        room = self._room(_LEDGER)
        names = sorted(room.glob("*.json"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
        for path in names[most:]:
            path.unlink(missing_ok=True)
        yield from (content for path in names[:most] if (content := _read(path)))

    def names(self, room: str, pattern: str) -> list[str]:
        """Return the names of our files in a room, in their order."""
        return sorted(path.name for path in self._room(room).glob(pattern))

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other threads and processes of ours from changing a sheet at the same time."""
        self._room(".")
        handle = os.open(self._root / _LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o660)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def _room(self, name: str) -> Path:
        """Return a room, made when it is not there yet; the folder itself must be, or its disk is not mounted."""
        room = self._root / name
        if not self._root.is_dir():
            raise NotADirectoryError(self._root)
        with suppress(FileExistsError):
            room.mkdir(mode=0o770)
        if not stat.S_ISDIR(os.lstat(room).st_mode):
            raise NotADirectoryError(room)  # a link would lead our writing elsewhere
        return room


@contextmanager
def reachable() -> Iterator[None]:
    """Turn what a disk or a network drive says into the verdict that it is out of reach."""
    try:
        yield
    except OSError as fault:
        raise Unreachable(
            "Không đọc, ghi được thư mục dùng chung ({fault}). Xem ổ đĩa đã gắn chưa và quyền của thư mục.",
            fault=type(fault).__name__, code="folder.closed",
        ) from fault  # fmt: skip


def _mark(state: os.stat_result) -> Mark:
    return state.st_ino, state.st_size, state.st_mtime_ns


def _digest(content: bytes | None) -> str:
    return hashlib.sha256(content).hexdigest() if content else ""


def _read(path: Path, *, most: int = -1, mark: Mark | None = None) -> bytes | None:
    """Return the content of a plain file; nothing when it is not there, or not (or no longer) the one marked."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            return None
        content = file.read(most + 1 if most >= 0 else -1)
        unchanged = mark is None or _mark(os.fstat(handle)) == mark
    return content if unchanged else None


def _settle(folder: Path) -> None:
    """Have the folder's own entries on the disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
