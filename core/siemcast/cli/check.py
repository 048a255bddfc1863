"""`siemcast check`: one cheap real call to every source and sink."""

from __future__ import annotations

import click

from siemcast.cli.options import config_option, json_option, write_json


@click.command()
@config_option
@json_option
def check(config: str, as_json: bool) -> int:
    """Try every source and sink once.

    Sign-in, permissions, reachability; nothing is forwarded.
    """
    import asyncio  # noqa: PLC0415 - the help needs none of it

    from siemcast.cli.plan import load_configuration, plan_of  # noqa: PLC0415 - as above
    from siemcast.cli.screen import shown  # noqa: PLC0415 - as above
    from siemcast.cli.trial import trials  # noqa: PLC0415 - as above

    results = asyncio.run(trials(plan_of(load_configuration(config))))
    if as_json:
        write_json([{"part": part, "ok": not said, "message": said} for part, said in results])
    else:
        for part, said in results:
            click.echo(f"{part}: {shown(said) or 'ok'}")
    return 1 if any(said for _, said in results) else 0
