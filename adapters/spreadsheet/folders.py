"""The cards of the two folders: a shop's and a post office's, in place of a wire.

Used by: registry.
"""

from __future__ import annotations

from ..card import Card
from .folder_desk import FolderDesk
from .folder_post import FolderPost
from .settings import FolderDeskSettings, FolderPostSettings

DESK = Card(
    name="spreadsheet",
    title="Thư mục danh sách của bộ phận Một cửa",
    kind="desk",
    abilities=frozenset({"offered", "answer", "tell"}),
    settings=FolderDeskSettings,
    serves=FolderDesk,
    build=FolderDesk,
)

POST = Card(
    name="spreadsheet",
    title="Bưu cục trao đổi bằng bảng tính",
    kind="post",
    abilities=frozenset({"book", "cancel", "feed"}),
    settings=FolderPostSettings,
    serves=FolderPost,
    build=FolderPost,
)
