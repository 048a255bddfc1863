"""Whatever a record says, its message obeys RFC 5424, RFC 3164 and RFC 6587."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from siemcast.schema import Document, Head, Severity
from siemcast_lab.syslog import parse
from siemcast_lab.syslog.framing import Deframer
from siemcast_sinks.syslog.config import SyslogSettings
from siemcast_sinks.syslog.encode import CUT, encoder, framed

ANY_TEXT = st.text(st.characters(), max_size=200)  # lone surrogates and controls included
HEADS = st.builds(
    Head,
    id=ANY_TEXT,
    version=ANY_TEXT,
    kind=st.just("alert"),
    table=ANY_TEXT,
    tenant=ANY_TEXT,
    time_ms=st.integers(-(2**62), 2**62),
    severity=st.sampled_from(Severity),
)
BODIES = st.one_of(
    st.binary(max_size=3000),
    ANY_TEXT.map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.text('aé🦉\\="', min_size=300, max_size=900).map(str.encode),
)
DOCUMENTS = st.lists(st.builds(Document, BODIES, HEADS), min_size=1, max_size=5)
SETTINGS = st.builds(
    SyslogSettings,
    host=st.just("siem"),
    hostname=st.sampled_from(["h", "defender-contoso", "h" * 255]),
    app_name=st.sampled_from(["siemcast", "a"]),
    transport=st.sampled_from(["udp", "tcp"]),
    header=st.sampled_from(["rfc5424", "rfc3164"]),
    framing=st.sampled_from(["octet-counting", "newline"]),
    structured_data=st.booleans(),
    bom=st.booleans(),
    max_bytes=st.sampled_from([1024, 2048, 65507]),
)


@given(SETTINGS, DOCUMENTS)
def test_every_message_parses_within_its_limit(settings: SyslogSettings, documents: list[Document]) -> None:
    for document, message in zip(documents, encoder(settings)(documents), strict=True):
        assert len(message) <= settings.message_limit
        got = parse(message)  # strict: grammar, UTF-8, no NUL
        assert got.header == settings.header
        assert got.hostname == settings.hostname
        assert got.bom == (settings.bom and settings.header == "rfc5424") or document.body.startswith(b"\xef\xbb\xbf")


@given(SETTINGS, DOCUMENTS)
def test_a_stream_comes_apart_into_the_messages_it_was_made_of(
    settings: SyslogSettings, documents: list[Document]
) -> None:
    streamed = settings.model_copy(update={"transport": "tcp"})
    messages = encoder(streamed)(documents)
    deframer = Deframer()
    assert deframer.feed(framed(messages, streamed)) == messages
    assert deframer.framing == streamed.framing
    deframer.finish()


@given(SETTINGS, HEADS, st.integers(-3, 3))
def test_a_document_within_the_documents_limit_is_never_cut(settings: SyslogSettings, head: Head, over: int) -> None:
    body = b"x" * (settings.document_limit + min(over, 0))
    [message] = encoder(settings)([Document(body, head)])
    assert not message.endswith(CUT)


@given(HEADS)
def test_the_structured_data_says_the_id_as_far_as_it_fits(head: Head) -> None:
    [message] = encoder(SyslogSettings(host="siem"))([Document(b"{}", head)])
    said = parse(message).data["siemcast@32473"]["id"]
    meant = "".join(" " if ord(char) < 0x20 or ord(char) == 0x7F else char for char in head.id)
    meant = meant.encode("utf-8", "replace").decode()
    assert meant.startswith(said)
    assert said == meant or len(said) > 25
