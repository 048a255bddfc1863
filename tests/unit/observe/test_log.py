"""What the log shows, and what it never does."""

from __future__ import annotations

import io
import json
import logging

from siemcast.observe.log import set_up_log


def test_json_is_one_object_a_line_with_the_error_inside() -> None:
    out = io.StringIO()
    log = set_up_log("info", "json", out)
    log.info("started", part="sinks.soc")
    log.error("plugin_bug", exc_info=KeyError("acks"))
    first, second = (json.loads(line) for line in out.getvalue().splitlines())
    assert (first["event"], first["part"], first["level"]) == ("started", "sinks.soc", "info")
    assert "KeyError: 'acks'" in second["exception"]


def test_libraries_are_heard_from_warning_on_whatever_the_level() -> None:
    out = io.StringIO()
    set_up_log("debug", "json", out)
    logging.getLogger("azure.core").info("Authorization: Bearer s3cret")
    logging.getLogger("httpx").debug("https://host/?sig=s3cret")
    logging.getLogger("msal").warning("clock skew")
    assert "s3cret" not in out.getvalue()
    assert json.loads(out.getvalue())["event"] == "clock skew"


def test_the_level_is_kept() -> None:
    out = io.StringIO()
    log = set_up_log("warning", "console", out)
    log.info("quiet")
    log.warning("retry", part="sinks.soc", cause="503")
    assert "quiet" not in out.getvalue()
    assert "sinks.soc" in out.getvalue()
