"""From the configuration that a user wrote to the plan that the engine runs."""

from __future__ import annotations

from siemcast.config import Configuration, HttpSettings, RoutePart, load
from siemcast.config.own_mappings import put_to_use
from siemcast.engine.plan import Listen, Plan, PlannedJournal, PlannedSink, PlannedSource, Route
from siemcast.engine.where import check_where


def load_configuration(file: str) -> Configuration:
    """Load and judge a configuration, and use its mappings. Raises InvalidConfigError with all its problems."""
    configuration = load(file, check_where=check_where)
    put_to_use(configuration.mappings, configuration.registry)
    return configuration


def plan_of(configuration: Configuration) -> Plan:
    """Give the engine's view of a configuration. Raises ConfigError when a transform refuses its settings."""
    registry = configuration.registry
    return Plan(
        state=configuration.state,
        journal=PlannedJournal(spec=configuration.journal.spec, settings=configuration.journal.settings),
        sources=[
            PlannedSource(name=part.name, spec=part.spec, settings=part.settings) for part in configuration.sources
        ],
        sinks=[
            PlannedSink(name=part.name, spec=part.spec, settings=part.settings, format=part.format)
            for part in configuration.sinks
        ],
        routes=[_route(part) for part in configuration.routes],
        tenants=configuration.tenants,
        shapes=registry.shapes_by_kind,
        listen=_listen(configuration.http),
        observers=dict(registry.observers),
    )


def _route(part: RoutePart) -> Route:
    transforms = [step.spec.open(step.settings) for step in part.transforms]
    return Route(sources=part.sources, sinks=part.sinks, where=part.where, transforms=transforms)


def _listen(http: HttpSettings | None) -> Listen | None:
    return None if http is None else Listen(host=http.host, port=http.port, token=http.token)
