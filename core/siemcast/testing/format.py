"""The contract of formats: inherit FormatContract, set `spec`, and give records to encode."""

from __future__ import annotations

from collections.abc import Sequence

import orjson
import pytest

from siemcast.api import FormatOptions, FormatSpec
from siemcast.errors import Permanent
from siemcast.schema import Document, Record
from siemcast.testing.hostile import TORN, mutations


class FormatContract:
    """Checks that a format is pure, total over hostile records, one line a document, and keeps its limits."""

    spec: FormatSpec
    limit = 2000
    """A length in bytes to which every sample can be cut; 0 for formats that never cut."""

    def samples(self) -> Sequence[Record]:
        """Give a few sound records, of every shape that the format knows."""
        raise pytest.skip.Exception("override samples() to have encoding checked")

    def _encode(self, record: Record, max_bytes: int | None = None) -> Sequence[Document]:
        return self.spec.open(FormatOptions(sink=self.spec.sink, max_bytes=max_bytes)).encode(record)

    def _sound(self, document: Document) -> None:
        assert b"\n" not in document.body
        text = document.body.decode("utf-8")
        assert text.strip()
        if self.spec.text == "json":
            assert isinstance(orjson.loads(document.body), dict)

    def test_samples_make_sound_documents(self) -> None:
        for record in self.samples():
            documents = self._encode(record)
            assert documents
            for document in documents:
                self._sound(document)

    def test_encoding_is_pure(self) -> None:
        for record in self.samples():
            before = orjson.dumps(record.data)
            first = [item.body for item in self._encode(record)]
            assert orjson.dumps(record.data) == before
            assert [item.body for item in self._encode(Record(record.raw, record.shape))] == first

    def test_hostile_records_are_encoded_all_the_same(self) -> None:
        for record in self.samples():
            for raw in mutations(record.data):
                documents = self._encode(Record(raw, record.shape))
                for document in documents:
                    self._sound(document)

    def test_documents_carry_the_event_id(self) -> None:
        for record in self.samples():
            documents = self._encode(record)
            assert any(record.head.id == document.head.id for document in documents)

    def test_limit_is_kept(self) -> None:
        if not self.limit:
            pytest.skip("this format never cuts")
        for record in self.samples():
            for document in self._encode(record, self.limit):
                assert len(document.body) <= self.limit
                self._sound(document)

    @pytest.mark.parametrize("raw", TORN)
    def test_torn_records_are_permanent(self, raw: bytes) -> None:
        record = Record(raw, self.samples()[0].shape)
        with pytest.raises(Permanent):
            self._encode(record)
