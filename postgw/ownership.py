"""Whose our package names are: `adapters`, `labels` and `scheduler` are plain words, and others publish them too.

postgw owns its environment and is never published, so its rooms may stand side by side at the top of the checkout. The
price is this guard: a stranger's distribution with one of our names would be overwritten by ours, or ours by it,
without a word from the installer.

Used by: `postgw check` and the tests of the house.
"""

from __future__ import annotations

from importlib.metadata import packages_distributions

#: The four names at the top of the checkout.
OURS = ("postgw", "adapters", "labels", "scheduler")


def strangers() -> list[str]:
    """Return `package: distribution` for each other distribution that owns one of our names."""
    owners = packages_distributions()
    return [f"{name}: {owner}" for name in OURS for owner in sorted(set(owners.get(name, ()))) if owner != "postgw"]
