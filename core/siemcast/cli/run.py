"""`siemcast run`: the forwarder."""

from __future__ import annotations

import click

from siemcast.cli.options import config_option


@click.command()
@config_option
@click.option("--until-drained", is_flag=True, help="Read what there is, deliver it, and end.")
def run(config: str, until_drained: bool) -> int:
    """Forward until SIGTERM.

    With --until-drained it ends when all that there is has been settled (0), or when it is stopped before that (1).
    """
    import asyncio  # noqa: PLC0415 - the help needs none of it

    from siemcast.cli.forward import ending, forward  # noqa: PLC0415 - as above
    from siemcast.cli.plan import load_configuration, plan_of  # noqa: PLC0415 - as above

    configuration = load_configuration(config)
    outcome = asyncio.run(forward(plan_of(configuration), configuration.log, until_drained=until_drained))
    for line in ending(outcome, until_drained=until_drained):
        click.echo(line, err=True)
    return 1 if until_drained and not outcome.drained else 0
