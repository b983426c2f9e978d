"""Part of postgw: everything that speaks to outsiders over the wire, one folder per outsider.

A folder holds a card (`__init__.py`), what its owner must fill in (`settings.py`), the outsider's codes in our words
(`codes.py`), pure translation in pairs (`mapping.py`) and the calls themselves (`client.py`). `registry.py` lists the
cards; `card.py` says what a card is; `wire.py` makes one HTTP call and turns each fault into a verdict.
"""
