"""What the product is made of, as a list that programs read (SBOM, CycloneDX 1.6): `make sbom`.

Whoever runs a gateway must be able to answer within the hour whether a hole that is in the news is in the house. The
list says every package of `requirements.lock` with its one version and the hashes it is installed by, its licence,
which package brought it in, and whether the product needs it or only the workshop (`scope` excluded); and what others
wrote and our pages and labels bring along, which no lock knows. Nothing is fetched: versions and hashes are the lock's,
licences and who needs whom are read from the environment made of it. The same lock gives the same bytes.

Source: CycloneDX 1.6 (ECMA-424); package URL specification.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.message import Message
from importlib import metadata
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

HOUSE = Path(__file__).parents[1]
#: What no lock knows, kept in the house as it is: (package URL, licence, folder whose README tells of it).
BROUGHT_ALONG = (
    ("pkg:npm/zxing-wasm@3.1.3", "MIT", "postgw/web/pages/static/vendor"),
    ("pkg:generic/noto-sans@2.004", "OFL-1.1", "labels/fonts"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """One package of the lock."""

    name: str
    version: str
    hashes: tuple[str, ...]

    @property
    def ref(self) -> str:
        """Return the package URL, by which lists of holes know it."""
        return f"pkg:pypi/{self.name}@{self.version}"


def canonical(name: str) -> str:
    """Return the one form of a package's name."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(lock: str) -> dict[str, Pin]:
    """Return what a lock pins, by name."""
    found = {}
    for block in re.split(r"\n(?=\S)", lock.strip()):
        named = re.match(r"([\w.-]+)==([^\s;]+)", block)
        if named:
            hashes = tuple(sorted(re.findall(r"--hash=sha256:([0-9a-f]{64})", block)))
            found[canonical(named[1])] = Pin(name=canonical(named[1]), version=named[2], hashes=hashes)
    return dict(sorted(found.items()))


def needed_by(name: str, extras: Iterable[str] = ()) -> frozenset[str]:
    """Return which packages an installed one asks for here; none where it is not installed on this machine."""
    try:
        asked = [Requirement(text) for text in metadata.requires(name) or ()]
    except metadata.PackageNotFoundError:
        return frozenset()
    sets = [{"extra": extra} for extra in ("", *extras)]
    return frozenset(
        canonical(each.name) for each in asked if each.marker is None or any(each.marker.evaluate(one) for one in sets)
    )


def reached(begin: Iterable[Requirement]) -> frozenset[str]:
    """Return every package that these ask for, and those they ask for, to the end."""
    open_ = [(canonical(each.name), tuple(sorted(each.extras))) for each in begin]
    seen: set[str] = set()
    while open_:
        name, extras = open_.pop()
        if name not in seen or extras:
            seen.add(name)
            open_ += [(each, ()) for each in needed_by(name, extras) if each not in seen]
    return frozenset(seen)


def licence_of(name: str) -> list[dict[str, Any]]:
    """Return what a package says of its licence: an SPDX expression, else its classifiers, else a line of its own."""
    try:
        told: Message = metadata.metadata(name)  # type: ignore[assignment]
    except metadata.PackageNotFoundError:
        return []
    if expression := told.get("License-Expression"):
        return [{"expression": expression}]
    words = [each.rpartition(" :: ")[2] for each in told.get_all("Classifier", []) if each.startswith("License ::")]
    free = told.get("License", "").strip()
    words = words or ([free] if free and "\n" not in free and len(free) <= 80 else [])
    return [{"license": {"name": word}} for word in words]


def components(lock: dict[str, Pin], product: frozenset[str]) -> Iterator[dict[str, Any]]:
    """Yield each package, and what is brought along."""
    for pin in lock.values():
        yield {
            "type": "library", "bom-ref": pin.ref, "name": pin.name, "version": pin.version, "purl": pin.ref,
            "scope": "required" if pin.name in product else "excluded", "licenses": licence_of(pin.name),
            "hashes": [{"alg": "SHA-256", "content": each} for each in pin.hashes],
        }  # fmt: skip
    for ref, licence, folder in BROUGHT_ALONG:
        name, _, version = ref.rpartition("/")[2].partition("@")
        yield {
            "type": "library", "bom-ref": ref, "name": name, "version": version, "purl": ref, "scope": "required",
            "licenses": [{"license": {"id": licence}}], "properties": [{"name": "postgw:folder", "value": folder}],
        }  # fmt: skip


def bill(house: Path = HOUSE) -> dict[str, Any]:
    """Return the whole list."""
    project = tomllib.loads((house / "pyproject.toml").read_text("utf-8"))["project"]
    text = (house / "requirements.lock").read_text("utf-8")
    lock, asked = pins(text), [Requirement(each) for each in project["dependencies"]]
    ours = f"pkg:generic/{project['name']}@{project['version']}"
    direct = [lock[canonical(each.name)].ref for each in asked]
    edges = {pin.ref: [lock[each].ref for each in needed_by(pin.name) if each in lock] for pin in lock.values()}
    edges |= {ours: [*direct, *(ref for ref, _, _ in BROUGHT_ALONG)]}
    return {
        "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, ours + text)}",
        "metadata": {"component": {
            "type": "application", "bom-ref": ours, "name": project["name"], "version": project["version"],
            "description": project["description"],
        }},
        "components": list(components(lock, reached(asked))),
        "dependencies": [{"ref": ref, "dependsOn": sorted(set(on))} for ref, on in sorted(edges.items())],
    }  # fmt: skip


if __name__ == "__main__":
    json.dump(bill(), sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")
