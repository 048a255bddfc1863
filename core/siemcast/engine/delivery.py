"""Delivers documents to a sink until each is accepted or known to be refused, halving what is refused as a whole."""

from __future__ import annotations

from collections.abc import Sequence

from siemcast.api import Encoded, Rejected, Sink
from siemcast.engine.retrier import GaveUp, Retrier
from siemcast.errors import Permanent
from siemcast.schema import Document


async def deliver(sink: Sink, documents: Sequence[Document], retrier: Retrier) -> Sequence[Rejected]:
    """Give the refused documents, once all others are accepted. Raises Stopped or PartBroken as the retrier does."""
    try:
        return await retrier.until_done(lambda: _write(sink, documents))
    except GaveUp as error:
        return [Rejected(index, str(error)) for index in range(len(documents))]
    except Permanent as error:
        if len(documents) == 1:
            return [Rejected(0, str(error))]
    middle = len(documents) // 2
    first = await deliver(sink, documents[:middle], retrier)
    second = await deliver(sink, documents[middle:], retrier)
    return [*first, *(Rejected(middle + rejected.index, rejected.reason) for rejected in second)]


async def _write(sink: Sink, documents: Sequence[Document]) -> Sequence[Rejected]:
    """Write once; a verdict on what was not sent is a bug of the sink's, and so nothing is known of the call."""
    rejected = await sink.write(Encoded(documents))
    for verdict in rejected:
        if not 0 <= verdict.index < len(documents):
            raise IndexError(f"the sink rejected document {verdict.index} of {len(documents)}")
    return rejected
