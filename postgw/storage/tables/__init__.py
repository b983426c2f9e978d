"""Every table, one page for each matter.

Rows never leave the room of storage. Each row that belongs to a unit carries it, and each act its actor. What a state
column says is the result of a fold over scans and is written by `storage/scans.py` alone. Constraints that the ORM does
not create (one live consignment per dossier and leg; checks) stand in the migrations.

Moments are UTC. Money is whole đồng. `number_key` columns hold what a person would type, without dots and dashes.

The docstrings of these classes become SQL comments: no semicolon and no backtick in them, SQLite stumbles over both.
"""
