"""Migrations that do not redraw the whole house before every step.

Before each operation the ORM keeps the state before it, and for that renders every model anew: with sixty tables a
fresh database took five times as long as its SQL. Hardly an operation asks for those models; here they are rendered
when one does. And where steps are only read, to know what the tables look like after them, nothing is rendered until
all are read.

Used by: migrate, step_taking.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from tortoise.migrations.schema_generator.state import State
from tortoise.migrations.schema_generator.state_apps import StateApps


class EarlierState(State):
    """A state as it was; its models are rendered once somebody asks for them."""

    def __init__(self, models: dict[Any, Any], drawn_by: StateApps) -> None:
        self.models = models
        self._drawn_by = drawn_by

    @cached_property
    def apps(self) -> StateApps:  # type: ignore[override]  # a plain attribute there
        """Return the models as classes."""
        return self._drawn_by.clone(model_states=self.models)


def _earlier(state: State) -> State:
    return EarlierState({key: model.clone() for key, model in state.models.items()}, state.apps)


@contextmanager
def rendered_when_asked() -> Iterator[None]:
    """Let states that are kept be rendered only when they are asked for."""
    eager = State.clone
    State.clone = _earlier  # type: ignore[assignment,method-assign]
    try:
        yield
    finally:
        State.clone = eager  # type: ignore[method-assign]


@contextmanager
def only_read() -> Iterator[None]:
    """Let steps be read without rendering a model; whoever wants the models then asks for `rendered`."""
    eager = State._reload
    State._reload = _remembered  # type: ignore[assignment,method-assign]
    try:
        yield
    finally:
        State._reload = eager  # type: ignore[method-assign]


def _remembered(_: State, models_to_reload: set[tuple[str, str]]) -> None:
    """Leave the models as they are: the state itself knows their fields."""


def rendered(state: State) -> State:
    """Return a state whose models are rendered."""
    return State(models=state.models, apps=state.apps.clone(model_states=state.models))
