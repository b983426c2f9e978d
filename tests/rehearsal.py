"""The settings of a house in which everybody outside is a rehearsal."""

from __future__ import annotations

#: A post where nothing goes wrong, and an hour of whose day is a second.
SMOOTH_POST = "speed = 3600.0\nfailed_share = 0.0\nmissed_collection_share = 0.0"


def rehearsing(url: str, *, post: str = "port = 0", account: str = "") -> str:
    """Return settings for a database; `post` and `account` are further lines of the post and of the account there."""
    return f"""
[storage]
url = "{url}"
[[post.accounts]]
name = "ha-tinh"
adapter = "rehearsal"
{account}
[[desk.systems]]
name = "mot-cua"
adapter = "rehearsal"
[messages]
channels = ["rehearsal"]
[adapters.rehearsal.post]
{post}
"""
