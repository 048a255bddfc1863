"""Settings of `elastic`."""

import base64
from typing import Any

import pytest
from pydantic import ValidationError

from siemcast_sinks.elastic.config import ElasticSettings

URL = "https://es.example:9200"


def load(**changes: Any) -> ElasticSettings:
    given = {"kind": "elastic", "url": URL, **changes}
    return ElasticSettings.model_validate({key: value for key, value in given.items() if value is not None})


def cloud(text: str) -> str:
    return f"my-deployment:{base64.b64encode(text.encode()).decode()}"


def test_cloud_id_is_decoded() -> None:
    assert load(url=None, cloud_id=cloud("eu.example$abc$kib")).urls == ("https://abc.eu.example:443",)
    assert load(url=None, cloud_id=cloud("eu.example:9243$abc$")).urls == ("https://abc.eu.example:9243",)


@pytest.mark.parametrize("text", ["", "no", "x:%%%", cloud("host"), cloud("host$"), cloud("$x")])
def test_torn_cloud_id_is_refused(text: str) -> None:
    with pytest.raises(ValidationError, match="cloud id"):
        load(url=None, cloud_id=text)


@pytest.mark.parametrize(
    "changes",
    [
        {"url": None},
        {"cloud_id": cloud("h$c$k")},
        {"username": "u"},
        {"password": "p"},
        {"api_key": "k", "username": "u", "password": "p"},
        {"api_key": ""},
        {"url": "http://es.example:9200"},
        {"flavor": "solr"},
    ],
)
def test_contradictions_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        load(**changes)


def test_api_key_for_opensearch_is_refused_in_words_that_say_what_to_do() -> None:
    with pytest.raises(ValidationError, match="give username and password"):
        load(api_key="k", flavor="opensearch")
    assert load(username="u", password="p", flavor="opensearch").flavor == "opensearch"


@pytest.mark.parametrize("name", ["", "Upper", "a-b", "a b", "a/b", "a*", "a,b", "a:b", "#a", "x" * 101, "é" * 51])
@pytest.mark.parametrize("part", ["dataset", "namespace"])
def test_names_that_elastic_forbids_are_refused(part: str, name: str) -> None:
    with pytest.raises(ValidationError, match=part):
        load(data_stream={part: name})


@pytest.mark.parametrize("name", ["cef", "leef"])
def test_lines_of_text_are_no_documents(name: str) -> None:
    with pytest.raises(ValidationError, match="use ecs or native"):
        load(format=name)
