"""`siemcast validate`: is the configuration right? Offline, touching nothing."""

from __future__ import annotations

import click

from siemcast.cli.options import config_option, json_option, write_json


@click.command()
@config_option
@json_option
def validate(config: str, as_json: bool) -> int:
    """Check the configuration, offline.

    Every mistake is named with its file, line and path, and with what to do about it.
    """
    from siemcast.cli.plan import load_configuration, plan_of  # noqa: PLC0415 - the help needs none of it
    from siemcast.config import InvalidConfigError  # noqa: PLC0415 - as above

    try:
        plan = plan_of(load_configuration(config))
    except InvalidConfigError as error:
        if not as_json:
            raise
        write_json({"valid": False, "errors": error.lines})
        return 2
    counts = {"sources": len(plan.sources), "sinks": len(plan.sinks), "routes": len(plan.routes)}
    if as_json:
        write_json({"valid": True, "errors": [], **counts})
    else:
        said = ", ".join(f"{number} {noun if number > 1 else noun[:-1]}" for noun, number in counts.items())
        click.echo(f"{config}: valid ({said})")
    return 0
