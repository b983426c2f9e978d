"""Paper: what is stuck on an envelope, signed at a counter, or read by a scanner, from content to bytes.
Each document has a content record of plain strings, already worded by the services, and functions that turn it into
PDF, ZPL or PNG. Nothing here reads a clock, a setting or a table: the same content gives the same bytes.

From the ground up: `bars` (symbols as dark runs) · `typeface` (letters) · `typesetting` (lines that fit) · `paper`
(stocks and printer dots) · `sheet` (drawing in millimetres) · `table` (ruled tables over pages) · `pdf` (pages to
bytes) · `raster` (bytes to printer dots); on them the documents: `item_label`, `bag_label`, `consignment_note`,
`handover_record`.

Stands on: `postgw.domain.errors`.
"""
