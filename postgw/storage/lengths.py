"""How long the texts are that stand in many tables."""

from __future__ import annotations

NUMBER = 40  #: longest number of any kind we keep
UNIT = 20
ACTOR = 120
