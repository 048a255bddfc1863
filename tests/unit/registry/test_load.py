"""Plugins are loaded one by one: what one does wrong is named, and costs the others nothing."""

from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from siemcast.api import Notice
from siemcast.errors import ConfigError
from siemcast.registry import Registry, load_plugins

SINK = """
from contextlib import asynccontextmanager
from siemcast.api import SinkSettings, SinkSpec, hookimpl

class Settings(SinkSettings):
    format: str = "raw"
    '''Format of the documents.'''

@asynccontextmanager
async def open_sink(settings, context):
    yield None

@hookimpl
def register_sinks():
    yield SinkSpec(kind="{kind}", summary="s", settings=Settings, open=open_sink, duplicates="possible")
"""


class Shelf:
    """Writes modules and gives entry points of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.points: list[EntryPoint] = []

    def add(self, name: str, source: str) -> None:
        module = f"{self.folder.name.replace('-', '_')}_{name}"
        (self.folder / f"{module}.py").write_text(source)
        self.points.append(EntryPoint(name, module, "siemcast"))

    def load(self, *block: str) -> Registry:
        return Registry(load_plugins(self.points, block))


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    monkeypatch.syspath_prepend(str(tmp_path))
    shelf = Shelf(tmp_path)
    shelf.add("good", SINK.format(kind="good"))
    return shelf


BAD = {
    "import_error": ("import nothing_of_this_name", "ModuleNotFoundError: No module named 'nothing_of_this_name'"),
    "syntax_error": ("def (", "SyntaxError"),
    "answers_nothing": ("def register_sinks(): return []", "answers no hook; mark its functions with"),
    "leaves": ("raise SystemExit(3)", "SystemExit: 3"),
    "unknown_hook": (
        "from siemcast.api import hookimpl\n@hookimpl\ndef register_sourcez(): return []",
        "a hook is declared wrongly",
    ),
    "wrong_argument": (
        "from siemcast.api import hookimpl\n@hookimpl\ndef register_sinks(cli): return []",
        "a hook is declared wrongly",
    ),
    "raises": (
        "from siemcast.api import hookimpl\n@hookimpl\ndef register_sinks(): raise ValueError('two\\nlines')",
        "register_sinks failed: ValueError: two lines",
    ),
    "raises_late": (
        "from siemcast.api import hookimpl\n@hookimpl\ndef register_sinks():\n    yield 1 / 0",
        "register_sinks failed: ZeroDivisionError",
    ),
    "wrong_thing": (
        "from siemcast.api import hookimpl\n@hookimpl\ndef register_sinks(): return ['splunk']",
        "register_sinks gave str, not SinkSpec",
    ),
    "no_iterable": (
        "from siemcast.api import hookimpl\n@hookimpl\ndef register_sinks(): return 7",
        "register_sinks failed: TypeError",
    ),
    "bad_name": (SINK.format(kind="Good Sink"), "gave the name 'Good Sink'"),
    "bad_settings": (SINK.format(kind="x").replace("settings=Settings", "settings=dict"), "are no SinkSettings"),
    "not_callable": (SINK.format(kind="x").replace("open=open_sink", "open=None"), "has nothing to call"),
    "commands": (
        "from siemcast.api import hookimpl\n@hookimpl\ndef register_commands(cli): cli.no_such_thing()",
        "register_commands failed: AttributeError",
    ),
    "twice": (
        SINK.format(kind="x").replace("    yield SinkSpec", "    for _ in range(2):\n        yield SinkSpec"),
        "gave 'x' twice",
    ),
}


@pytest.mark.parametrize("name", sorted(BAD))
def test_a_broken_plugin_is_named_with_its_reason_and_the_others_work(shelf: Shelf, name: str) -> None:
    source, reason = BAD[name]
    shelf.add(name, source)
    registry = shelf.load()
    states = {plugin.name: plugin for plugin in registry.plugins}
    assert states[name].status == "broken"
    assert reason in states[name].reason
    assert "\n" not in states[name].reason
    assert states[name].kinds == ()
    assert states["good"].status == "ok"
    assert registry.sink("good").kind == "good"


def test_a_blocked_plugin_is_not_even_imported(shelf: Shelf, tmp_path: Path) -> None:
    trace = tmp_path / "imported"
    shelf.add("noisy", f"open({str(trace)!r}, 'w').close()")
    registry = shelf.load("noisy")
    assert [(plugin.name, plugin.status) for plugin in registry.plugins] == [("good", "ok"), ("noisy", "blocked")]
    assert not trace.exists()


def test_an_unknown_kind_lists_the_known_ones_and_the_broken_plugins(shelf: Shelf) -> None:
    shelf.add("acme", "import nothing_of_this_name")
    with pytest.raises(ConfigError) as caught:
        shelf.load().sink("goood")
    assert "did you mean good?" in str(caught.value)
    assert "known: good" in str(caught.value)
    assert "acme" in str(caught.value)


def test_a_clash_of_kinds_names_both_plugins_and_blocking_one_ends_it(shelf: Shelf) -> None:
    shelf.add("acme", SINK.format(kind="good"))
    registry = shelf.load()
    with pytest.raises(ConfigError, match=r"brought by several plugins: acme and good"):
        registry.sink("good")
    assert all("acme and good" in registry.remark(plugin) for plugin in registry.plugins)
    assert shelf.load("acme").sink("good").kind == "good"


def test_two_distributions_with_one_plugin_name_are_told_apart(shelf: Shelf) -> None:
    shelf.points.append(EntryPoint("good", "elsewhere.plugin", "siemcast"))
    (plugin,) = shelf.load().plugins
    assert plugin.status == "broken"
    assert "elsewhere.plugin" in plugin.reason


FORMATS = """
from siemcast.api import FormatSpec, hookimpl

@hookimpl
def register_formats():
    for sink in (None, "splunk", "qradar"):
        yield FormatSpec(name="native", summary=str(sink), open=lambda options: None, sink=sink)
    yield FormatSpec(name="raw", summary="as it came", open=lambda options: None)
    yield FormatSpec(name="leef", summary="lines", open=lambda options: None, sink="qradar")
"""


def test_native_is_the_sinks_own_and_otherwise_the_common_one(shelf: Shelf) -> None:
    shelf.add("formats", FORMATS)
    registry = shelf.load()
    assert registry.format("native", "splunk").summary == "splunk"
    assert registry.format("native", "file").summary == "None"
    assert registry.format("native").summary == "None"
    assert registry.formats_for("file") == ["native", "raw"]
    with pytest.raises(ConfigError, match="known: native, raw"):
        registry.format("leef", "file")


def test_commands_and_observers_come_from_plugins(shelf: Shelf) -> None:
    shelf.add(
        "talker",
        "import click\nfrom siemcast.api import hookimpl\nheard = []\n"
        "@hookimpl\ndef register_commands(cli):\n    cli.add_command(click.Command('greet'))\n"
        "@hookimpl\ndef observe(notice):\n    heard.append(notice.event)\n",
    )
    registry = shelf.load()
    assert [list(plugin.specs.commands) for plugin in registry.plugins] == [[], ["greet"]]
    ((name, observer),) = registry.observers
    observer(Notice(event="dead_letter", part="sinks.soc", details={}))
    module = __import__(shelf.points[-1].value)
    assert (name, module.heard) == ("talker", ["dead_letter"])


KINDS = """
from siemcast.api import RecordKind, hookimpl

class Shape:
    name = "{shape}"

@hookimpl
def register_record_kinds():
    yield RecordKind(kind="{kind}", summary="Records", shapes={shapes})
"""
SOURCE = """
from siemcast.api import SourceSettings, SourceSpec, hookimpl

class Settings(SourceSettings):
    kind: str = "{kind}"

class Shape:
    name = "{shape}"

@hookimpl
def register_sources():
    yield SourceSpec(kind="{kind}", summary="S", settings=Settings, open=print, shapes=[Shape()])
"""


def _kinds(kind: str, shape: str, shapes: str = "[Shape()]") -> str:
    return KINDS.format(kind=kind, shape=shape, shapes=shapes)


def test_records_of_a_kind_without_a_reader_are_known_but_no_source_is(shelf: Shelf) -> None:
    shelf.add("archive", _kinds("acme.doors", "door"))
    registry = shelf.load()
    assert [shape.name for shape in registry.records("acme.doors")] == ["door"]
    assert [name for name, shape in registry.shapes.items()] == ["door"]
    assert {kind: [shape.name for shape in shapes] for kind, shapes in registry.shapes_by_kind.items()} == {
        "acme.doors": ["door"]
    }
    assert registry.plugins[0].kinds == ("acme.doors:records",)
    with pytest.raises(ConfigError, match=r"no source kind 'acme\.doors': its records are known, but no plugin here"):
        registry.source("acme.doors")
    with pytest.raises(ConfigError, match=r"no source kind 'acme\.door'.*known: acme\.doors"):
        registry.records("acme.door")


def test_a_reader_of_the_kind_takes_its_place_whoever_brings_it(shelf: Shelf) -> None:
    shelf.add("archive", _kinds("acme.doors", "door"))
    shelf.add("reader", SOURCE.format(kind="acme.doors", shape="read.door"))
    registry = shelf.load()
    assert registry.source("acme.doors").kind == "acme.doors"
    assert [shape.name for shape in registry.records("acme.doors")] == ["read.door"]
    assert [shape.name for shape in registry.shapes_by_kind["acme.doors"]] == ["read.door"]
    assert set(registry.shapes) == {"door", "read.door"}  # the journal may hold records of either
    assert {plugin.status for plugin in registry.plugins} == {"ok"}
    assert not any(registry.remark(plugin) for plugin in registry.plugins)


def test_two_plugins_with_one_kind_of_record_clash_and_one_without_shapes_is_broken(shelf: Shelf) -> None:
    shelf.add("one", _kinds("acme.doors", "door"))
    shelf.add("two", _kinds("acme.doors", "gate"))
    shelf.add("bare", _kinds("acme.gates", "gate", "[]"))
    registry = shelf.load()
    with pytest.raises(ConfigError, match="brought by several plugins: one and two"):
        registry.records("acme.doors")
    reasons = {plugin.name: plugin.reason for plugin in registry.plugins if plugin.status == "broken"}
    assert reasons == {"bare": "register_record_kinds gave 'acme.gates' without any record shape"}
