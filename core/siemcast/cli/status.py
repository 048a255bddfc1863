"""`siemcast status`: how far every source and sink has come, from the state, and what /readyz says."""

from __future__ import annotations

from typing import Any

import click

from siemcast.cli.options import config_option, json_option, write_json


@click.command()
@config_option
@json_option
def status(config: str, as_json: bool) -> int:
    """Show how far every source and sink has come.

    Cursors, lanes and dead letters are read from the state; a running forwarder is asked whether it is ready.
    """
    import asyncio  # noqa: PLC0415 - the help needs none of it

    from siemcast.cli.screen import shown  # noqa: PLC0415 - as above
    from siemcast.cli.standing import standing  # noqa: PLC0415 - as above
    from siemcast.config import load_state  # noqa: PLC0415 - as above

    answer = asyncio.run(standing(load_state(config)))
    if as_json:
        write_json(answer)
        return 0
    for line in _lines(answer):
        click.echo(shown(line))
    return 0


def _lines(answer: dict[str, Any]) -> list[str]:
    journal = answer["journal"]
    running = "a forwarder is running" if answer["running"] else "no forwarder is running"
    batches = _count(journal["batches"], "batch", "batches")
    lines = [
        f"state      {answer['state']} ({running})",
        f"journal    {batches}, {journal['bytes']} bytes, up to {journal['last']}",
    ]
    for name, partitions in answer["sources"].items():
        lines.append(f"source     {name}: {_count(len(partitions), 'partition')} with a cursor")
    for name, lane in answer["sinks"].items():
        behind = _count(lane["behind"], "batch", "batches")
        lines.append(f"sink       {name}: {behind} behind, {_count(lane['dead_letters'], 'dead letter')}")
    ready = answer["ready"]
    if ready is not None:
        lines.append(f"ready      {'yes' if ready.get('ready') else 'no'}")
        lines += [f"cause      {cause.get('part')}: {cause.get('cause')}" for cause in ready.get("causes", [])]
    return lines


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"
