"""Tells of tables and columns that no mapping knows: a line in the log once a table, and two metrics."""

from __future__ import annotations

from siemcast.api import Logger
from siemcast.engine.notices import Notices
from siemcast.observe.metrics import Metrics
from siemcast.schema.unknown import UNKNOWN, News, Unknown, Watch

_MOST_SAID = 30
"""Columns that one line names."""


class Unmapped:
    """Says what compilers met in this run; nobody has to act, since nothing of a record is lost."""

    def __init__(self, metrics: Metrics, notices: Notices, log: Logger, unknown: Unknown = UNKNOWN) -> None:
        self._watch = Watch(unknown)
        self._metrics = metrics
        self._notices = notices
        self._log = log

    def tell(self) -> None:
        """Count and tell what is new."""
        for news in self._watch.news():
            if news.is_known:
                self._metrics.unknown_columns.labels(news.table).inc(len(news.columns))
            else:
                self._metrics.unknown_tables.inc(news.is_new)
            self._say(news)

    def _say(self, news: News) -> None:
        columns = [*news.columns[:_MOST_SAID], *(["..."] if len(news.columns) > _MOST_SAID else [])]
        if not news.is_new:  # each table is said once: a stream may bring a new column every hour
            self._log.debug("more_unknown_columns", table=news.table, columns=columns)
            return
        event = "unknown_columns" if news.is_known else "unknown_table"
        self._log.warning(event, table=news.table, columns=columns, effect="passed on as they came")
        self._notices.tell(event, "engine", table=news.table, columns=columns)
