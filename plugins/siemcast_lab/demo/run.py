"""Runs the demo: starts the lab and the real command, lets the tenant live, breaks a thing or two, and compares."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path

from rich.live import Live

from siemcast_lab.demo import screen
from siemcast_lab.demo.samples import write_samples
from siemcast_lab.demo.tally import Tally
from siemcast_lab.graph import Quirks
from siemcast_lab.life import Life
from siemcast_lab.world import World, configuration, open_world

_TICK = 0.25
_SETTLE = 45.0
"""Most seconds after the tenant has fallen silent until everything must have arrived."""
_QUIRKS = Quirks(clamp=37, throttled=0.04, failing=0.04, torn=0.02, order="honoured")


async def demo(folder: Path, seconds: float, seed: int) -> int:
    """Show siemcast at work in an empty folder; 0 when everything that left Microsoft arrived everywhere.

    The first signal cancels it, so that the forwarder does not go on alone, which a Ctrl-C reaches as well.
    """
    _cancel_on_signals()
    out = screen.console()
    out.print(
        f"A made-up Microsoft tenant and four SIEMs start on this machine; all goes to [bold]{folder}/[/bold].",
        soft_wrap=True,
    )
    async with open_world(Path.cwd() / folder, quirks=_QUIRKS) as world:
        world.config.write_text(configuration(world, http="127.0.0.1:0"))
        life = Life(world, seed)
        life.begin(incidents=60, alerts=240)
        async with _forwarder(world):
            show = _Show(world, life, seconds)
            arrived_all = await show.play()
        write_samples(world)
        out.print(screen.table(life.left.counts, show.tally.arrived()))
        out.print(_where_to_look(folder))
    if not arrived_all:
        out.print(f"[red]Not everything arrived.[/red] {folder}/forwarder.log says why.")
    return 0 if arrived_all else 1


def _cancel_on_signals() -> None:
    """Cancel the task that calls, once: a second signal must not tear apart how the first one ends it."""
    task, loop = asyncio.current_task(), asyncio.get_running_loop()

    def cancel() -> None:
        if task is not None and not task.cancelling():
            task.cancel()

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, cancel)


class _Show:
    """The half minute: what happens when, and what is shown of it."""

    def __init__(self, world: World, life: Life, seconds: float) -> None:
        self.tally = Tally(world, life.left)
        self._world = world
        self._life = life
        self._seconds = seconds
        self._start = time.monotonic()

    async def play(self) -> bool:
        """Play to the end and wait until all has arrived, or too long."""
        terminal = screen.console()
        said = ""
        with (
            Live(console=terminal, transient=True, auto_refresh=False)
            if terminal.is_terminal
            else nullcontext() as view
        ):
            while (elapsed := time.monotonic() - self._start) < self._seconds + _SETTLE:
                if elapsed < self._seconds:
                    self._life.step()
                say = self._event(elapsed)
                left, arrived = self._life.left.counts, self.tally.arrived()
                if elapsed >= self._seconds and screen.complete(left, arrived):
                    return True
                if isinstance(view, Live):
                    view.update(screen.live(left, arrived, elapsed, self._seconds, say), refresh=True)
                elif say != said:
                    terminal.print(screen.line(left, arrived, elapsed, say), soft_wrap=True)
                    said = say
                await asyncio.sleep(_TICK)
        return False

    def _event(self, elapsed: float) -> str:
        """Make happen what is due, and say it."""
        part = elapsed / self._seconds
        down = 0.35 <= part < 0.6
        self._world.hec.faults.answers.clear()
        if down:
            self._world.hec.faults.answer(503, times=100)
        if part < 0.35:
            return "catching up on the last days, while new things happen"
        if down:
            return "Splunk is down: the others go on, the journal waits for it"
        if part < 1:
            return "Splunk is back, and gets what it missed"
        return "the tenant has fallen silent: waiting until all has arrived"


@asynccontextmanager
async def _forwarder(world: World) -> AsyncGenerator[None, None]:
    """Run the real command beside the lab, its log in a file."""
    log = (world.folder / "forwarder.log").open("wb")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "siemcast", "run", "-c", str(world.config), stdout=log, stderr=log
    )
    try:
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        await process.wait()
        log.close()


def _where_to_look(folder: Path) -> str:
    return "\n".join(
        f"  [bold]{folder}/{name:<14}[/bold] {what}"
        for name, what in {
            "siemcast.yaml": "the configuration that was used",
            "splunk.jsonl": "events as Splunk got them",
            "elastic.jsonl": "documents as Elastic got them (ECS)",
            "syslog.log": "messages as the syslog receiver got them (CEF)",
            "archive/": "every record as Microsoft sent it",
            "forwarder.log": "what the forwarder said meanwhile",
        }.items()
    )
