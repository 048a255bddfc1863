"""One sink's way through the journal: takes entries, sends their documents, and moves over what is settled."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from siemcast.api import BatchSettings, Rejected, Sink
from siemcast.api.journal import DeadLetter, Journal
from siemcast.engine.delivery import deliver
from siemcast.engine.encoding import Encoder
from siemcast.engine.feed import Feed, Step
from siemcast.engine.low_water import LowWater
from siemcast.engine.notices import Notices
from siemcast.engine.parcel import Letters, Load, Parcel, dead_letter
from siemcast.engine.retrier import PartBroken, Retrier, Stopped
from siemcast.engine.world import World
from siemcast.observe.metrics import Metrics

_SETTLE_EVERY = 0.1
"""Least seconds between two marks written down; what a crash leaves between them is sent again."""


@dataclass(slots=True)
class LaneCount:
    """What one lane did in this run."""

    documents: int = 0
    """Accepted by the sink."""
    bytes: int = 0
    dead_letters: int = 0
    position: int = 0
    """The journal's seq up to which all is settled, on disk."""
    failure: str = ""
    """Why the lane stopped before its time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneTools:
    """What a lane works with."""

    feed: Feed
    journal: Journal
    encoder: Encoder
    retrier: Retrier
    settler: Retrier
    """Repeats what the journal could not do."""
    metrics: Metrics
    notices: Notices
    world: World


class Lane:
    """Runs one opened sink."""

    def __init__(
        self, name: str, sink: Sink, limits: BatchSettings, in_flight: int, tools: LaneTools, count: LaneCount
    ) -> None:
        self._name = name
        self._sink = sink
        self._limits = limits
        self._in_flight = in_flight
        self._slots = asyncio.Semaphore(in_flight)
        self._tools = tools
        self._count = count
        self._position = count.position
        self._line = LowWater(count.position)
        self._letters = Letters()
        self._parcel = Parcel(limits)
        self._moved = asyncio.Event()
        self._halted = False
        self._ended = asyncio.Event()
        self._accepted = tools.metrics.sink_documents.labels(name)
        self._accepted_bytes = tools.metrics.sink_bytes.labels(name)
        self._rejected = tools.metrics.sink_rejected.labels(name)

    async def run(self) -> None:
        """Run until the feed ends or stops, then finish what is in flight. Raises a group of PartBroken."""
        broken: BaseExceptionGroup[PartBroken] | None = None
        async with asyncio.TaskGroup() as settling:
            settling.create_task(self._settle_as_it_moves())
            try:
                async with asyncio.TaskGroup() as requests:
                    await self._take_all(requests)
            except* PartBroken as group:
                broken = group
            self._ended.set()
            self._moved.set()
        if broken is not None:
            raise broken

    async def _take_all(self, requests: asyncio.TaskGroup) -> None:
        try:
            while (step := await self._next(requests)) is not None:
                await self._take(step, requests)
                self._position = step.seq
            await self._dispatch(requests)
        except Stopped:
            return

    async def _next(self, requests: asyncio.TaskGroup) -> Step | None:
        """Give the next entry; where there is none yet, first let a begun parcel wait for company, then send it."""
        feed = self._tools.feed
        if self._parcel and feed.last <= self._position:
            waited = asyncio.get_running_loop().time() - self._parcel.begun
            await feed.more(self._position, self._limits.wait.total_seconds() - waited)
            if feed.last <= self._position:
                await self._dispatch(requests)
        return await self._tools.retrier.until_done(lambda: feed.next(self._position))

    async def _take(self, step: Step, requests: asyncio.TaskGroup) -> None:
        """Put an entry's documents into parcels, and send those that are full."""
        self._line.begin(step.seq)
        if (load := self._tools.encoder.load(step)) is not None:
            for letter in load.letters:
                self._bury(step.seq, letter)
            await self._pack(load, requests)
        if self._parcel.full:
            await self._dispatch(requests)
        self._settled([step.seq])

    async def _pack(self, load: Load, requests: asyncio.TaskGroup) -> None:
        """Put documents into parcels; their entry is unsettled until all of these are."""
        start = 0
        while start < len(load.documents):
            end = self._parcel.room(load, start)
            if end == start:
                await self._dispatch(requests)
                continue
            if not self._parcel:
                self._parcel.begun = asyncio.get_running_loop().time()
            self._parcel.add(load, start, end)
            self._line.hold(load.entry.seq)
            start = end

    async def _dispatch(self, requests: asyncio.TaskGroup) -> None:
        """Send the parcel as soon as a request may begin; until then nothing more is encoded."""
        if not self._parcel:
            return
        await self._slots.acquire()
        if self._halted:
            raise Stopped
        parcel, self._parcel = self._parcel, Parcel(self._limits)
        requests.create_task(self._send(parcel))
        await asyncio.sleep(0)

    async def _send(self, parcel: Parcel) -> None:
        try:
            rejected = await deliver(self._sink, parcel.documents, self._tools.retrier)
        except Stopped:
            self._halted = True
            return
        finally:
            self._slots.release()
        self._account(parcel, rejected)
        self._settled([entry.seq for entry in parcel.entries])

    def _account(self, parcel: Parcel, rejected: Sequence[Rejected]) -> None:
        refused = {verdict.index: verdict.reason for verdict in rejected}
        for index, reason in refused.items():
            entry, event = parcel.entry(index), parcel.documents[index].head.id
            now = self._tools.world.now()
            self._bury(entry.seq, dead_letter(self._name, entry, parcel.raws[index], event, reason, now))
        accepted = len(parcel.documents) - len(refused)
        size = parcel.size - sum(len(parcel.documents[index].body) for index in refused)
        self._count.documents += accepted
        self._count.bytes += size
        self._accepted.inc(accepted)
        self._accepted_bytes.inc(size)

    def _bury(self, seq: int, letter: DeadLetter) -> None:
        self._letters.add(seq, letter)
        self._count.dead_letters += 1
        self._rejected.inc()
        facts = {"event_id": letter.event_id, "reason": letter.reason, "source": letter.source}
        self._tools.world.log.warning("dead_letter", part=f"sinks.{self._name}", **facts)
        self._tools.notices.tell("dead_letter", f"sinks.{self._name}", **facts)

    def _settled(self, seqs: list[int]) -> None:
        before = self._line.mark
        for seq in seqs:
            self._line.settle(seq)
        if self._line.mark > before:
            self._moved.set()

    async def _settle_as_it_moves(self) -> None:
        while not self._ended.is_set():
            await self._moved.wait()
            self._moved.clear()
            await self._settle()
            await self._rest()
        await self._settle()

    async def _rest(self) -> None:
        """Let marks gather: to write one down costs a sync of the disk, as much as to journal hundreds of records."""
        try:
            async with asyncio.timeout(_SETTLE_EVERY):
                await self._ended.wait()
        except TimeoutError:
            return

    async def _settle(self) -> None:
        """Write the mark and its dead letters down; marks that moved meanwhile travel with the next."""
        mark = self._line.mark
        if mark <= self._count.position:
            return
        letters = self._letters.up_to(mark)
        try:
            await self._tools.settler.until_done(lambda: self._tools.journal.settle(self._name, mark, letters))
        except Stopped:
            return
        self._letters.forget(mark)
        self._count.position = mark
