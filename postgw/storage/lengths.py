"""How long the texts are that stand in many tables."""

from __future__ import annotations

NUMBER = 40  #: longest number of any kind we keep
UNIT = 20
ACTOR = 120
REQUEST = 64  #: longest id of a request or of one turn of a job
