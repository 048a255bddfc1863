"""Every converter takes as many values as it says, of any sort: users' mapping files are held to what it says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from siemcast.schema.files.loading import takes
from siemcast_sinks.formats.asim.convert import CONVERTERS as ASIM
from siemcast_sinks.formats.cef.encoder import CONVERTERS as CEF
from siemcast_sinks.formats.cim.convert import CONVERTERS as CIM
from siemcast_sinks.formats.ecs.convert import CONVERTERS as ECS
from siemcast_sinks.formats.leef.encoder import mapping as leef
from siemcast_sinks.formats.ocsf.convert import CONVERTERS as OCSF

ALL: Mapping[str, Mapping[str, Callable[..., Any]]] = {
    "asim": ASIM, "cef": CEF, "cim": CIM, "ecs": ECS, "leef": leef().converters, "ocsf": OCSF,
}  # fmt: skip  # a table
VALUES = (None, "a", "10.0.0.5", 7, True, ["a", 2], {"a": ["b"]})
_MOST = 8


@pytest.mark.parametrize(("form", "name"), [(form, name) for form, all_of in ALL.items() for name in all_of])
def test_a_convertertakes_what_it_says(form: str, name: str) -> None:
    convert = ALL[form][name]
    least, most = takes(convert)
    assert [convert(*[value] * number) for number in range(least, int(min(most, _MOST)) + 1) for value in VALUES]
