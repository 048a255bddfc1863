"""What is odd or broken about a stand-in Graph: one switch a quirk, all off by default."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Order = Literal["honoured", "ignored", "refused"]
DefaultOrder = Literal["newest", "oldest", "shuffled"]
NextLink = Literal["never", "always", "sometimes", "elsewhere", "circular"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quirks:
    """How Graph misbehaves. Rates are shares of requests, from 0 to 1, drawn by the service's seed."""

    # Limits
    incidents_top: int = 50
    """A larger `$top` for incidents is a 400."""
    alerts_top: int = 1000
    """A larger `$top` for alerts is cut to this, silently."""
    skip_limit: int = 500
    """A larger `$skip` is a 400."""
    budget: int | None = None
    """Requests within `budget_window` seconds, after which there is 429."""
    budget_window: float = 60.0

    # Paging and order
    clamp: int | None = None
    """Silent upper bound of a page's length."""
    clamp_varies: bool = False
    """Whether the bound is drawn anew, from 1 to `clamp`, for each page."""
    skip_ignored: bool = False
    order: Order = "honoured"
    """What becomes of `$orderby`; refused is a 400."""
    default_order: DefaultOrder = "newest"
    """The order of a list without `$orderby`, by lastUpdateDateTime."""
    next_link: NextLink = "never"
    """nextLinks are offsets into the list as it is when they are followed; `elsewhere` names another host."""
    created_unfilterable: bool = False

    # Refusals and faults
    throttled: float = 0.0
    """429 with Retry-After in seconds."""
    throttled_bare: float = 0.0
    """429 without Retry-After."""
    throttled_date: float = 0.0
    """429 with Retry-After as an HTTP date."""
    failing: float = 0.0
    """500, 502, 503 or 504."""
    torn: float = 0.0
    """The body ends in the middle of its JSON, as if that were all."""
    cut: float = 0.0
    """The connection ends in the middle of the body."""
    dropped: float = 0.0
    """The connection ends without an answer."""
    valueless: float = 0.0
    """200 with a JSON object that has no `value`."""
    slow: float = 0.0
    """The answer takes `slow_seconds`."""
    slow_seconds: float = 0.05
    unauthorised: int = 0
    """The first so many requests are answered with 401 whatever their token."""
    forbidden: frozenset[str] = frozenset()
    """Lists (`incidents`, `alerts_v2`) that are answered with 403."""
    expand_fails: frozenset[str] = frozenset()
    """Incidents whose page can not be expanded (500), though each alone can."""
    single_fails: frozenset[str] = frozenset()
    """Incidents that can not be expanded even alone (504)."""
    clock_skew: float = 0.0
    """Seconds by which the Date header is ahead of the service's clock."""
