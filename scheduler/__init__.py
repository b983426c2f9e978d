"""Part of postgw: the door at which time knocks. `timetable` says what recurs, `runner` runs it."""
