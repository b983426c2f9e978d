"""The roles that ship, as `data/roles.toml` has them.

Used by: people, sittings, the table of rights.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from postgw.domain.role import Role


@cache
def _tables() -> Mapping[str, Any]:
    return tomllib.loads((resources.files("postgw.rules") / "data" / "roles.toml").read_text("utf-8"))


@cache
def load_roles() -> Mapping[str, Role]:
    """Return every role by its code."""
    return MappingProxyType({code: _role(code, row) for code, row in _tables()["roles"].items()})


def _role(code: str, row: Mapping[str, Any]) -> Role:
    return Role(
        code=code, title=row["title"], title_en=row["title_en"], works_at=row["works_at"],
        does=frozenset(row["does"]), reads=frozenset(row.get("reads", ())), for_people=row.get("for_people", True),
    )  # fmt: skip


def load_acts() -> Mapping[str, tuple[str, str]]:
    """Return what each scope lets one do, in Vietnamese and in English."""
    return {scope: (row["title"], row["title_en"]) for scope, row in _tables()["acts"].items()}


def rights_table() -> str:
    """Return who may do what as a table of Markdown: ● does it, ○ may look at what others did.

    >>> rights_table().splitlines()[4][:52]
    '| `intake` Tiếp nhận hồ sơ, đổi hình thức nhận, báo '
    """
    roles = load_roles().values()
    places = {"desk": "bộ phận Một cửa", "office": "bưu cục", "": "không gắn nơi nào"}
    lines = [
        ["quyền", *(f"`{role.code}` {role.title}" for role in roles)], ["---", *(":-:" for _ in roles)],
        ["nơi làm việc", *(places[role.works_at] for role in roles)],
        ["ai mang", *("người" if role.for_people else "máy" for role in roles)],
    ]  # fmt: skip
    lines += [
        [f"`{scope}` {title}", *("●" if scope in role.does else "○" if scope in role.reads else " " for role in roles)]
        for scope, (title, _) in load_acts().items()
    ]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
