"""What can go wrong, as one tree.

::

    PostgwError
    ├── Mistake              the caller must change something
    │   ├── Invalid          a value is wrong in itself                          422
    │   ├── Unknown          what is named does not exist here                   404
    │   ├── Conflict         it exists already, or its turn is over              409
    │   ├── Forbidden        this hand may not do this act                       403
    │   └── TooMuch          larger than the door lets in                        413
    ├── Refused              an outsider said no and will say it again; a person must look
    ├── Unreachable          an outsider was silent or broken; the outbox asks again later
    └── Troubled             our own database cannot do it now, and has kept nothing of it

A sentence is a Vietnamese template and its values are kept apart, so that a door can show the same
error in another language. Values never hold personal data: errors are logged.

>>> Invalid("Số {number} sai chữ số kiểm tra.", number="RR473124820VN", code="item_no.check_digit", field="/item_no")
Invalid('Số RR473124820VN sai chữ số kiểm tra.')
"""

from __future__ import annotations

from collections.abc import Callable


class PostgwError(Exception):
    """Anything this house raises on purpose.

    `template` and `values` make the sentence; `code` names the matter for machines, dotted, stable; `field` is the
    JSON pointer of the value that is wrong, empty when no single one is; `link` leads to what stands in the way.
    """

    default_code = "error"

    def __init__(self, template: str, *, code: str = "", field: str = "", link: str = "", **values: object) -> None:
        self.template = template
        self.values = values
        self.code = code or self.default_code
        self.field = field
        self.link = link
        super().__init__(template.format(**values) if values else template)

    def at(self, field: str) -> PostgwError:
        """Return this error, its `field` now beneath `field` (`/papers/0` + `/kind`)."""
        self.field = field + self.field
        return self


class Mistake(PostgwError):
    """The caller must change something; asking again as it is gives the same answer."""

    default_code = "mistake"


class Invalid(Mistake):
    """A value is wrong in itself."""

    default_code = "invalid"


def passes(check: Callable[[str], object], text: str) -> bool:
    """Say whether a check lets a text pass.

    Whatever is wrong with the check itself is raised.
    """
    try:
        check(text)
    except Invalid:
        return False
    return True


class Unknown(Mistake):
    """What is named does not exist here."""

    default_code = "unknown"


class Conflict(Mistake):
    """It exists already, or the moment for this act is over."""

    default_code = "conflict"


class Forbidden(Mistake):
    """This hand may not do this act."""

    default_code = "forbidden"


class TooMuch(Mistake):
    """More than the door lets in at once."""

    default_code = "too_much"


class Refused(PostgwError):
    """An outsider said no and would say it again: a person must look."""

    default_code = "refused"


class Unreachable(PostgwError):
    """An outsider was silent or spoke nonsense: the outbox asks again later, under the same number."""

    default_code = "unreachable"


class Troubled(PostgwError):
    """Our own database cannot do it now; nothing was kept, and whoever asked asks the same again later."""

    default_code = "database"
