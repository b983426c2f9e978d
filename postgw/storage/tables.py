"""Every table on one page.

Rows never leave this room. Each row that belongs to a unit carries it, and each act its actor. What a state column
says is the result of a fold over scans and is written by `scans.py` alone. Constraints that the ORM does not create
(one live consignment per dossier and leg; checks) stand in the first migration.

Moments are UTC. Money is whole đồng. `number_key` columns hold what a person would type, without dots and dashes.

The docstrings of these classes become SQL comments: no semicolon and no backtick in them, SQLite stumbles over both.
"""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

_NO = 40  #: longest number of any kind we keep
_UNIT = 20
_ACTOR = 120


class HouseRow(Model):
    """What this database is: where it began, and under which release it was last migrated."""

    id = fields.IntField(primary_key=True)
    began_in_rehearsal = fields.BooleanField()
    created_at = fields.DatetimeField()

    class Meta:
        table = "house"


class UnitRow(Model):
    """A desk or a post office."""

    id = fields.BigIntField(primary_key=True)
    code = fields.CharField(max_length=_UNIT, unique=True)
    kind = fields.CharField(max_length=8)
    name = fields.CharField(max_length=200)
    address = fields.CharField(max_length=300, default="", db_default="")
    phone = fields.CharField(max_length=20, default="", db_default="")
    commune_code = fields.CharField(max_length=10, default="", db_default="")
    province = fields.CharField(max_length=100, default="", db_default="")
    commune = fields.CharField(max_length=100, default="", db_default="")

    class Meta:
        table = "unit"


class PlaceRow(Model):
    """The post's own codes of a commune, from a day on (they are not those of the Statistics Office)."""

    id = fields.BigIntField(primary_key=True)
    commune_code = fields.CharField(max_length=10)
    post_province = fields.IntField()
    post_district = fields.IntField(default=0, db_default=0)
    valid_from = fields.DateField()
    author = fields.CharField(max_length=_ACTOR)
    reason = fields.CharField(max_length=300)

    class Meta:
        table = "place"
        unique_together = (("commune_code", "valid_from"),)


class ProcedureRow(Model):
    """A published procedure, from a day on, data is the whole record as JSON."""

    id = fields.BigIntField(primary_key=True)
    code = fields.CharField(max_length=60)
    valid_from = fields.DateField()
    data = fields.TextField()
    author = fields.CharField(max_length=_ACTOR)
    reason = fields.CharField(max_length=300)

    class Meta:
        table = "procedure"
        unique_together = (("code", "valid_from"),)


class DossierRow(Model):
    """A dossier as a desk handed it to us. content is the record as JSON, digest its hash."""

    id = fields.BigIntField(primary_key=True)
    dossier_no = fields.CharField(max_length=_NO, null=True, unique=True)
    number_key = fields.CharField(max_length=_NO, null=True)
    intake_ref = fields.CharField(max_length=100, null=True)
    receiving_desk = fields.CharField(max_length=_UNIT)
    returning_desk = fields.CharField(max_length=_UNIT)
    procedure_code = fields.CharField(max_length=60)
    service_form = fields.CharField(max_length=8)
    content = fields.TextField()
    digest = fields.CharField(max_length=64)
    folded = fields.CharField(max_length=400, default="", db_default="")
    version = fields.IntField(default=1, db_default=1)
    rules_version = fields.CharField(max_length=10)
    created_at = fields.DatetimeField()
    created_by = fields.CharField(max_length=_ACTOR)
    updated_at = fields.DatetimeField()

    class Meta:
        table = "dossier"
        unique_together = (("receiving_desk", "intake_ref"),)
        indexes = [
            Index(fields=("number_key",)),
            Index(fields=("receiving_desk", "id")),
            Index(fields=("returning_desk", "id")),
        ]


class ChangeRequestRow(Model):
    """New data for a dossier whose consignment is already booked: an officer decides."""

    id = fields.BigIntField(primary_key=True)
    dossier: fields.ForeignKeyRelation[DossierRow] = fields.ForeignKeyField(
        "models.DossierRow", on_delete=fields.RESTRICT
    )
    content = fields.TextField()
    digest = fields.CharField(max_length=64)
    state = fields.CharField(max_length=10, default="open", db_default="open")
    asked_at = fields.DatetimeField()
    asked_by = fields.CharField(max_length=_ACTOR)
    decided_at = fields.DatetimeField(null=True)
    decided_by = fields.CharField(max_length=_ACTOR, null=True)

    class Meta:
        table = "change_request"


class ConsignmentRow(Model):
    """One posting. The columns from state on are the stored result of the fold over its scans."""

    id = fields.BigIntField(primary_key=True)
    consignment_no = fields.CharField(max_length=14, unique=True)
    dossier: fields.ForeignKeyRelation[DossierRow] = fields.ForeignKeyField(
        "models.DossierRow", on_delete=fields.RESTRICT
    )
    dossier_id: int
    leg = fields.CharField(max_length=10)
    issue = fields.IntField(default=1, db_default=1)
    desk = fields.CharField(max_length=_UNIT)
    to_desk = fields.CharField(max_length=_UNIT, default="", db_default="")
    parties = fields.TextField()
    item_no = fields.CharField(max_length=13, null=True, unique=True)
    bag_no = fields.CharField(max_length=14, null=True)
    collect_dong = fields.BigIntField(default=0, db_default=0)
    rules_version = fields.CharField(max_length=10)
    version = fields.IntField(default=1, db_default=1)
    created_at = fields.DatetimeField()
    created_by = fields.CharField(max_length=_ACTOR)
    state = fields.CharField(max_length=28, default="registered", db_default="registered")
    holder = fields.CharField(max_length=9)
    office = fields.CharField(max_length=_UNIT, default="", db_default="")
    since_at = fields.DatetimeField(null=True)
    attempts = fields.SmallIntField(default=0, db_default=0)
    heard_at = fields.DatetimeField(null=True)
    proved = fields.BooleanField(default=False, db_default=False)
    live = fields.BooleanField(default=True, db_default=True)

    class Meta:
        table = "consignment"
        indexes = [
            Index(fields=("dossier_id",)), Index(fields=("desk", "state", "id")), Index(fields=("state", "id")),
            Index(fields=("bag_no",)),
        ]  # fmt: skip


class BindingRow(Model):
    """An item number given to a consignment. Numbers are never given twice, so rows are never deleted."""

    id = fields.BigIntField(primary_key=True)
    item_no = fields.CharField(max_length=13, unique=True)
    consignment_no = fields.CharField(max_length=14)
    source = fields.CharField(max_length=8)
    office = fields.CharField(max_length=_UNIT, default="", db_default="")
    bound_at = fields.DatetimeField()
    bound_by = fields.CharField(max_length=_ACTOR)

    class Meta:
        table = "binding"
        indexes = [Index(fields=("consignment_no",))]


class LentRangeRow(Model):
    """A range of item numbers that the post lent us, and how far it is used."""

    id = fields.BigIntField(primary_key=True)
    indicator = fields.CharField(max_length=2)
    first_serial = fields.IntField()
    last_serial = fields.IntField()
    next_serial = fields.IntField()
    account = fields.CharField(max_length=40)
    lent_at = fields.DatetimeField()
    lent_by = fields.CharField(max_length=_ACTOR)

    class Meta:
        table = "lent_range"
        unique_together = (("indicator", "first_serial"),)


class LabelRow(Model):
    """A version of a consignment's label: what it says, as a digest, and whether it still holds."""

    id = fields.BigIntField(primary_key=True)
    consignment: fields.ForeignKeyRelation[ConsignmentRow] = fields.ForeignKeyField(
        "models.ConsignmentRow", on_delete=fields.RESTRICT
    )
    consignment_id: int
    version = fields.IntField()
    digest = fields.CharField(max_length=64)
    content = fields.TextField()
    drawn_at = fields.DatetimeField()
    drawn_by = fields.CharField(max_length=_ACTOR)
    void_at = fields.DatetimeField(null=True)
    void_reason = fields.CharField(max_length=40, null=True)

    class Meta:
        table = "label"
        unique_together = (("consignment_id", "version"),)


class BagRow(Model):
    """Several consignments sealed together."""

    id = fields.BigIntField(primary_key=True)
    bag_no = fields.CharField(max_length=14, unique=True)
    desk = fields.CharField(max_length=_UNIT)
    sealed_at = fields.DatetimeField()
    sealed_by = fields.CharField(max_length=_ACTOR)

    class Meta:
        table = "bag"


class OrderRow(Model):
    """What we asked of the post for one consignment, and what it answered."""

    id = fields.BigIntField(primary_key=True)
    consignment_no = fields.CharField(max_length=14, unique=True)
    account = fields.CharField(max_length=40)
    state = fields.CharField(max_length=10, default="waiting", db_default="waiting")
    message = fields.CharField(max_length=500, default="", db_default="")
    cancel_reason = fields.CharField(max_length=40, default="", db_default="")
    asked_at = fields.DatetimeField()
    asked_by = fields.CharField(max_length=_ACTOR)
    answered_at = fields.DatetimeField(null=True)

    class Meta:
        table = "post_order"


class FeedRow(Model):
    """How far one account's feed has been read."""

    id = fields.BigIntField(primary_key=True)
    account = fields.CharField(max_length=40, unique=True)
    cursor = fields.CharField(max_length=64, default="", db_default="")
    read_at = fields.DatetimeField(null=True)
    failing_since = fields.DatetimeField(null=True)
    last_error = fields.CharField(max_length=300, default="", db_default="")

    class Meta:
        table = "feed"


class FeedRejectRow(Model):
    """A feed row that could not be read, kept as it came."""

    id = fields.BigIntField(primary_key=True)
    account = fields.CharField(max_length=40)
    record_id = fields.CharField(max_length=64)
    reason = fields.CharField(max_length=300)
    raw_row = fields.TextField()
    received_at = fields.DatetimeField()

    class Meta:
        table = "feed_reject"
        unique_together = (("account", "record_id"),)


class ScanRow(Model):
    """One statement. Never changed, never deleted."""

    id = fields.BigIntField(primary_key=True)
    consignment: fields.ForeignKeyRelation[ConsignmentRow] = fields.ForeignKeyField(
        "models.ConsignmentRow", on_delete=fields.RESTRICT
    )
    consignment_id: int
    source = fields.CharField(max_length=60)
    source_id = fields.CharField(max_length=100)
    witness = fields.SmallIntField()
    code = fields.CharField(max_length=20)
    occurred_at = fields.DatetimeField()
    received_at = fields.DatetimeField()
    device_at = fields.DatetimeField(null=True)
    office = fields.CharField(max_length=_UNIT, default="", db_default="")
    actor = fields.CharField(max_length=_ACTOR, default="", db_default="")
    detail = fields.TextField(null=True)

    class Meta:
        table = "scan"
        unique_together = (("source", "source_id"),)
        indexes = [Index(fields=("consignment_id",))]


class StrayRow(Model):
    """A scan or a feed row of an item we do not know yet, kept aside until it appears."""

    id = fields.BigIntField(primary_key=True)
    number = fields.CharField(max_length=_NO)
    source = fields.CharField(max_length=60)
    source_id = fields.CharField(max_length=100)
    scan = fields.TextField()
    received_at = fields.DatetimeField()
    matched_at = fields.DatetimeField(null=True)

    class Meta:
        table = "stray"
        unique_together = (("source", "source_id"),)
        indexes = [Index(fields=("number",))]


class ProofRow(Model):
    """Proof of a delivery at a door or counter. Signature and photo are kept here, apart from hot rows."""

    id = fields.BigIntField(primary_key=True)
    consignment: fields.ForeignKeyRelation[ConsignmentRow] = fields.ForeignKeyField(
        "models.ConsignmentRow", on_delete=fields.RESTRICT
    )
    consignment_id: int
    source = fields.CharField(max_length=60)
    source_id = fields.CharField(max_length=100)
    content = fields.TextField()
    signature_png = fields.BinaryField(null=True)
    photo_jpeg = fields.BinaryField(null=True)
    taken_at = fields.DatetimeField()
    taken_by = fields.CharField(max_length=_ACTOR)

    class Meta:
        table = "proof"
        unique_together = (("source", "source_id"),)
        indexes = [Index(fields=("consignment_id",))]


class PickupRow(Model):
    """The post's promise to come to a desk."""

    id = fields.BigIntField(primary_key=True)
    pickup_no = fields.CharField(max_length=_NO, unique=True)
    desk = fields.CharField(max_length=_UNIT)
    office = fields.CharField(max_length=_UNIT)
    on_date = fields.DateField()
    from_time = fields.CharField(max_length=5)
    to_time = fields.CharField(max_length=5)
    state = fields.CharField(max_length=10, default="booked", db_default="booked")
    booked_at = fields.DatetimeField()
    booked_by = fields.CharField(max_length=_ACTOR)

    class Meta:
        table = "pickup"
        indexes = [Index(fields=("desk", "on_date"))]


class ManifestRow(Model):
    """A list that two hands sign."""

    id = fields.BigIntField(primary_key=True)
    manifest_no = fields.CharField(max_length=_NO, unique=True)
    desk = fields.CharField(max_length=_UNIT)
    office = fields.CharField(max_length=_UNIT)
    direction = fields.CharField(max_length=8)
    state = fields.CharField(max_length=8, default="open", db_default="open")
    pickup_no = fields.CharField(max_length=_NO, default="", db_default="")
    opened_at = fields.DatetimeField()
    opened_by = fields.CharField(max_length=_ACTOR)
    closed_at = fields.DatetimeField(null=True)
    signed_at = fields.DatetimeField(null=True)

    class Meta:
        table = "manifest"
        indexes = [Index(fields=("desk", "id")), Index(fields=("state", "id"))]


class ManifestLineRow(Model):
    """One item on a manifest."""

    id = fields.BigIntField(primary_key=True)
    manifest: fields.ForeignKeyRelation[ManifestRow] = fields.ForeignKeyField(
        "models.ManifestRow", on_delete=fields.RESTRICT
    )
    manifest_id: int
    consignment_no = fields.CharField(max_length=14)
    outcome = fields.CharField(max_length=8, default="expected", db_default="expected")
    note = fields.CharField(max_length=500, default="", db_default="")
    ticked_at = fields.DatetimeField(null=True)
    ticked_by = fields.CharField(max_length=_ACTOR, default="", db_default="")

    class Meta:
        table = "manifest_line"
        unique_together = (("manifest_id", "consignment_no"),)
        indexes = [Index(fields=("consignment_no",))]


class SignatoryRow(Model):
    """A person appointed to sign for a unit, from a day to a day."""

    id = fields.BigIntField(primary_key=True)
    signatory_no = fields.CharField(max_length=_NO, unique=True)
    unit_kind = fields.CharField(max_length=8)
    unit = fields.CharField(max_length=_UNIT)
    name = fields.CharField(max_length=150)
    subject = fields.CharField(max_length=8)
    account = fields.CharField(max_length=_ACTOR, default="", db_default="")
    valid_from = fields.DateField()
    valid_to = fields.DateField(null=True)
    appointed_at = fields.DatetimeField()
    appointed_by = fields.CharField(max_length=_ACTOR)

    class Meta:
        table = "signatory"
        indexes = [Index(fields=("unit",))]


class SignatureRow(Model):
    """One side's signature under a manifest."""

    id = fields.BigIntField(primary_key=True)
    manifest: fields.ForeignKeyRelation[ManifestRow] = fields.ForeignKeyField(
        "models.ManifestRow", on_delete=fields.RESTRICT
    )
    manifest_id: int
    side = fields.CharField(max_length=5)
    signatory_no = fields.CharField(max_length=_NO)
    name = fields.CharField(max_length=150)
    way = fields.CharField(max_length=6)
    signed_at = fields.DatetimeField()
    recorded_at = fields.DatetimeField()
    recorded_by = fields.CharField(max_length=_ACTOR)

    class Meta:
        table = "signature"
        unique_together = (("manifest_id", "side"),)


class EventRow(Model):
    """The change feed: what became true, thin, in order."""

    id = fields.BigIntField(primary_key=True)
    notice_id = fields.CharField(max_length=80, unique=True)
    kind = fields.CharField(max_length=60)
    desk = fields.CharField(max_length=_UNIT)
    notice = fields.TextField()
    created_at = fields.DatetimeField()

    class Meta:
        table = "event"
        indexes = [Index(fields=("desk", "id"))]


class OutboxRow(Model):
    """An errand: what must still be told or asked, to whom, and when to try next."""

    id = fields.BigIntField(primary_key=True)
    channel = fields.CharField(max_length=8)
    target = fields.CharField(max_length=40, default="", db_default="")
    key = fields.CharField(max_length=140, unique=True)
    subject = fields.CharField(max_length=_NO)
    payload = fields.TextField(default="", db_default="")
    state = fields.CharField(max_length=8, default="waiting", db_default="waiting")
    attempts = fields.IntField(default=0, db_default=0)
    due_at = fields.DatetimeField()
    lease_until = fields.DatetimeField(null=True)
    last_error = fields.CharField(max_length=300, default="", db_default="")
    created_at = fields.DatetimeField()
    done_at = fields.DatetimeField(null=True)

    class Meta:
        table = "outbox"
        indexes = [Index(fields=("state", "channel", "due_at")), Index(fields=("subject",))]


class HookRow(Model):
    """A subscriber of the change feed."""

    id = fields.BigIntField(primary_key=True)
    hook_no = fields.CharField(max_length=_NO, unique=True)
    url = fields.CharField(max_length=500)
    kinds = fields.TextField()
    desk = fields.CharField(max_length=_UNIT, default="", db_default="")
    secrets = fields.TextField()
    state = fields.CharField(max_length=8, default="on", db_default="on")
    created_at = fields.DatetimeField()
    created_by = fields.CharField(max_length=_ACTOR)

    class Meta:
        table = "hook"


class TokenRow(Model):
    """An API token: only its hash is kept."""

    id = fields.BigIntField(primary_key=True)
    token_no = fields.CharField(max_length=_NO, unique=True)
    digest = fields.CharField(max_length=64, unique=True)
    name = fields.CharField(max_length=_ACTOR)
    scopes = fields.TextField()
    unit = fields.CharField(max_length=_UNIT, default="", db_default="")
    issued_at = fields.DatetimeField()
    issued_by = fields.CharField(max_length=_ACTOR)
    revoked_at = fields.DatetimeField(null=True)
    revoked_by = fields.CharField(max_length=_ACTOR, null=True)

    class Meta:
        table = "token"


class ReplayRow(Model):
    """A request with an idempotency key and, once answered, its answer byte for byte."""

    id = fields.BigIntField(primary_key=True)
    key = fields.CharField(max_length=64, unique=True)
    body_digest = fields.CharField(max_length=64)
    status = fields.SmallIntField(default=0, db_default=0)
    headers = fields.TextField(default="", db_default="")
    body = fields.BinaryField(null=True)
    begun_at = fields.DatetimeField()
    done_at = fields.DatetimeField(null=True)

    class Meta:
        table = "replay"
        indexes = [Index(fields=("begun_at",))]


class JobRow(Model):
    """Who runs a recurring job now, and which slot was run last."""

    id = fields.IntField(primary_key=True)
    job = fields.CharField(max_length=40, unique=True)
    holder = fields.CharField(max_length=80, default="", db_default="")
    lease_until = fields.DatetimeField(null=True)
    last_slot = fields.DatetimeField(null=True)
    last_done_at = fields.DatetimeField(null=True)

    class Meta:
        table = "job"


# Evidence.


class ChainLinkRow(Model):
    """One scan hashed onto the one before it. Links are never changed, save that the salt goes when a term is over."""

    id = fields.BigIntField(primary_key=True)
    scan_id = fields.BigIntField(unique=True)
    consignment_id = fields.BigIntField()
    seq = fields.IntField()
    hash = fields.CharField(max_length=64)
    previous_hash = fields.CharField(max_length=64, default="", db_default="")
    personal_digest = fields.CharField(max_length=64)
    proof_id = fields.BigIntField(null=True)
    salt = fields.CharField(max_length=32, null=True)
    linked_at = fields.DatetimeField()
    erased_at = fields.DatetimeField(null=True)

    class Meta:
        table = "chain_link"
        unique_together = (("consignment_id", "seq"),)
        indexes = [Index(fields=("linked_at",))]


class SealRow(Model):
    """All chain heads that grew up to a night, in one digest upon the digest before."""

    id = fields.BigIntField(primary_key=True)
    sealed_on = fields.DateField(unique=True)
    digest = fields.CharField(max_length=64)
    heads = fields.IntField()
    through_link = fields.BigIntField()
    made_at = fields.DatetimeField()

    class Meta:
        table = "seal"


# Money: two ledgers, their receipts, and fee money handed on.


class LedgerEntryRow(Model):
    """An amount that went from one account to another. Written once, never changed."""

    id = fields.BigIntField(primary_key=True)
    act = fields.CharField(max_length=140)
    line = fields.SmallIntField(default=1, db_default=1)
    ledger = fields.CharField(max_length=8)
    unit = fields.CharField(max_length=_UNIT)
    giver = fields.CharField(max_length=12)
    taker = fields.CharField(max_length=12)
    amount_dong = fields.BigIntField()
    entered_at = fields.DatetimeField()
    entered_by = fields.CharField(max_length=_ACTOR)

    class Meta:
        table = "ledger_entry"
        unique_together = (("act", "line"),)
        indexes = [Index(fields=("unit", "entered_at"))]


class ReceiptSeriesRow(Model):
    """The receipts of a unit, one series at a time for each ledger."""

    id = fields.BigIntField(primary_key=True)
    series = fields.CharField(max_length=10, unique=True)
    ledger = fields.CharField(max_length=8)
    unit = fields.CharField(max_length=_UNIT)
    last_serial = fields.IntField(default=0, db_default=0)
    begun_at = fields.DatetimeField()
    begun_by = fields.CharField(max_length=_ACTOR)

    class Meta:
        table = "receipt_series"
        indexes = [Index(fields=("unit", "ledger", "id"))]


class RemittanceRow(Model):
    """Fee money handed on together, and what the other side counted."""

    id = fields.BigIntField(primary_key=True)
    remittance_no = fields.CharField(max_length=_NO, unique=True)
    unit = fields.CharField(max_length=_UNIT)
    desk = fields.CharField(max_length=_UNIT)
    destination = fields.CharField(max_length=12)
    manifest_no = fields.CharField(max_length=_NO, default="", db_default="")
    amount_dong = fields.BigIntField()
    due_at = fields.DatetimeField()
    remitted_at = fields.DatetimeField()
    remitted_by = fields.CharField(max_length=_ACTOR)
    received_dong = fields.BigIntField(null=True)
    confirmed_at = fields.DatetimeField(null=True)
    confirmed_by = fields.CharField(max_length=_ACTOR, default="", db_default="")
    signatory_no = fields.CharField(max_length=_NO, default="", db_default="")

    class Meta:
        table = "remittance"
        indexes = [Index(fields=("unit", "id")), Index(fields=("desk", "id"))]


class ReceiptRow(Model):
    """Money that was taken, under the number of its receipt. Its line of a remittance is the reference to one."""

    id = fields.BigIntField(primary_key=True)
    receipt_no = fields.CharField(max_length=_NO, unique=True)
    act = fields.CharField(max_length=140, unique=True)
    ledger = fields.CharField(max_length=8)
    unit = fields.CharField(max_length=_UNIT)
    desk = fields.CharField(max_length=_UNIT)
    dossier_id = fields.BigIntField()
    consignment_no = fields.CharField(max_length=_NO)
    dossier_no = fields.CharField(max_length=_NO, default="", db_default="")
    procedure_code = fields.CharField(max_length=60)
    payer = fields.CharField(max_length=12)
    amount_dong = fields.BigIntField()
    grounds = fields.TextField()
    collected_at = fields.DatetimeField()
    collected_by = fields.CharField(max_length=_ACTOR)
    remit_by = fields.DatetimeField(null=True)
    remittance: fields.ForeignKeyNullableRelation[RemittanceRow] = fields.ForeignKeyField(
        "models.RemittanceRow", on_delete=fields.RESTRICT, null=True
    )
    cancelled_at = fields.DatetimeField(null=True)
    cancelled_by = fields.CharField(max_length=_ACTOR, default="", db_default="")
    cancel_reason = fields.CharField(max_length=300, default="", db_default="")

    class Meta:
        table = "receipt"
        indexes = [
            Index(fields=("unit", "id")),
            Index(fields=("desk", "id")),
            Index(fields=("dossier_id",)),
            Index(fields=("remittance_id",)),
        ]


class RemitTermRow(Model):
    """Within how many hours the fees of a procedure are handed on, from a day on."""

    id = fields.BigIntField(primary_key=True)
    procedure_code = fields.CharField(max_length=60)
    hours = fields.IntField()
    valid_from = fields.DateField()
    author = fields.CharField(max_length=_ACTOR)
    reason = fields.CharField(max_length=300)

    class Meta:
        table = "remit_term"
        unique_together = (("procedure_code", "valid_from"),)


# Returns: invitations, the signed record behind a return, recalls and changes of address.


class InvitationRow(Model):
    """One written call to a recipient who was not reached."""

    id = fields.BigIntField(primary_key=True)
    consignment: fields.ForeignKeyRelation[ConsignmentRow] = fields.ForeignKeyField(
        "models.ConsignmentRow", on_delete=fields.RESTRICT
    )
    consignment_id: int
    ordinal = fields.SmallIntField()
    invited_on = fields.DateField()
    way = fields.CharField(max_length=8)
    office = fields.CharField(max_length=_UNIT, default="", db_default="")
    made_at = fields.DatetimeField()
    made_by = fields.CharField(max_length=_ACTOR)

    class Meta:
        table = "invitation"
        unique_together = (("consignment_id", "ordinal"),)


class RefusalRow(Model):
    """The signed record of an item that could not be handed over. Kept apart, for it names people."""

    id = fields.BigIntField(primary_key=True)
    consignment: fields.ForeignKeyRelation[ConsignmentRow] = fields.ForeignKeyField(
        "models.ConsignmentRow", on_delete=fields.RESTRICT
    )
    consignment_id: int
    reason = fields.CharField(max_length=40)
    content = fields.TextField()
    signature_png = fields.BinaryField()
    taken_at = fields.DatetimeField()
    taken_by = fields.CharField(max_length=_ACTOR)

    class Meta:
        table = "refusal"
        unique_together = (("consignment_id", "reason"),)


class RedirectionRow(Model):
    """A recall or a change of address by the side of the sender, and who pays for the carriage."""

    id = fields.BigIntField(primary_key=True)
    consignment: fields.ForeignKeyRelation[ConsignmentRow] = fields.ForeignKeyField(
        "models.ConsignmentRow", on_delete=fields.RESTRICT
    )
    consignment_id: int
    kind = fields.CharField(max_length=8)
    reason = fields.CharField(max_length=40, default="", db_default="")
    old_party = fields.TextField()
    new_party = fields.TextField(null=True)
    fault = fields.CharField(max_length=8)
    cost_dong = fields.IntField()
    asked_by = fields.CharField(max_length=_ACTOR)
    asked_at = fields.DatetimeField()

    class Meta:
        table = "redirection"
        indexes = [Index(fields=("consignment_id",))]


# The working calendar and the zones of the post.


class CalendarEntryRow(Model):
    """Days on which the post could not be expected to work. communes is a JSON list of codes, empty for everywhere."""

    id = fields.BigIntField(primary_key=True)
    entry_no = fields.CharField(max_length=_NO, unique=True)
    kind = fields.CharField(max_length=8)
    title = fields.CharField(max_length=100)
    first_on = fields.DateField()
    last_on = fields.DateField()
    communes = fields.TextField()
    reason = fields.CharField(max_length=300)
    declared_at = fields.DatetimeField()
    declared_by = fields.CharField(max_length=_ACTOR)
    undone_at = fields.DatetimeField(null=True)
    undone_by = fields.CharField(max_length=_ACTOR, default="", db_default="")
    undone_reason = fields.CharField(max_length=300, default="", db_default="")

    class Meta:
        table = "calendar_entry"
        indexes = [Index(fields=("last_on",))]


class ZoneRow(Model):
    """The post area of a commune, from a day on: the district it lay in before July 2025."""

    id = fields.BigIntField(primary_key=True)
    commune_code = fields.CharField(max_length=10)
    area = fields.CharField(max_length=60)
    province = fields.CharField(max_length=10)
    city_class = fields.CharField(max_length=8, default="", db_default="")
    valid_from = fields.DateField()
    author = fields.CharField(max_length=_ACTOR)
    reason = fields.CharField(max_length=300)

    class Meta:
        table = "zone"
        unique_together = (("commune_code", "valid_from"),)
