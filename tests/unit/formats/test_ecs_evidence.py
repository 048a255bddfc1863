"""Below `m365_defender`, alerts and incidents have the names of Elastic's package, and nothing is lost over it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siemcast.api import FormatOptions
from siemcast.schema import Record
from siemcast_defender.shapes import ALERT, INCIDENT
from siemcast_sinks.formats.ecs.encoder import Ecs
from siemcast_sinks.formats.ecs.evidence import arranged

_STAMPS = {"createdDateTime": "2026-11-21T10:00:00Z", "lastUpdateDateTime": "2026-11-21T10:00:00.1234567Z"}
_PORTAL = "https://security.microsoft.com"


def _kept(alert: dict[str, Any]) -> list[dict[str, Any]]:
    """Give what is kept of an alert: of one that came by itself, and of one in an incident."""
    alert = {"id": "a1", "title": "T", "severity": "high", **_STAMPS, **alert}
    incident = {"id": "7", "displayName": "I", "alerts": [alert], **_STAMPS}
    records = (Record(json.dumps(alert).encode(), ALERT), Record(json.dumps(incident).encode(), INCIDENT))
    alone, within = (orjson.loads(Ecs(FormatOptions()).encode(record)[0].body)["m365_defender"] for record in records)
    return [alone["alert"], within["incident"]["alert"][0]]


_FILE = {"fileName": "a.exe", "filePath": "C:\\x", "fileSize": 7, "filePublisher": "P", "sha1": "s1", "signer": "S"}
_KEPT_FILE = {"name": "a.exe", "path": "C:\\x", "size": 7, "publisher": "P", "sha1": "s1", "signer": "S"}
_BORN = "2026-11-21T09:00:00Z"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ({"fileDetails": _FILE}, {"file_details": _KEPT_FILE}),
        (
            {"processId": 9, "processCommandLine": "a.exe -x", "processCreationDateTime": _BORN, "imageFile": _FILE},
            {
                "process": {"id": 9, "command_line": "a.exe -x", "creation_datetime": _BORN},
                "image_file": _KEPT_FILE,
            },
        ),
        (
            {"parentProcessId": 4, "parentProcessCreationDateTime": _BORN, "parentProcessImageFile": _FILE},
            {"parent_process": {"id": 4, "creation_datetime": _BORN, "image_file": _KEPT_FILE}},
        ),
        ({"rbacGroupId": 75, "rbacGroupName": "All"}, {"rbac_group": {"id": 75, "name": "All"}}),
        (
            {
                "antiSpamDirection": "Inbound",
                "p1Sender": {"emailAddress": "a@x.example"},
                "p2Sender": {"displayName": "A"},
            },
            {
                "antispam_direction": "Inbound",
                "p1_sender": {"email_address": "a@x.example"},
                "p2_sender": {"display_name": "A"},
            },
        ),
        ({"process": "value", "processId": 9}, {"process_name": "value", "process": {"id": 9}}),
        ({"process": {"id": 1}, "processId": 9}, {"process": {"id": 1}, "process_id": 9}),
        ({"fileDetails": {"fileName": "a", "name": "b"}}, {"file_details": {"file_name": "a", "name": "b"}}),
        ({"fileDetails": "odd"}, {"file_details": "odd"}),
    ],
)
def test_evidence_is_called_as_in_the_package(said: dict[str, Any], kept: dict[str, Any]) -> None:
    kind = {"@odata.type": "#microsoft.graph.security.anyEvidence"}
    for alert in _kept({"evidence": [{**kind, **said}]}):
        assert alert["evidence"] == [{"odata_type": kind["@odata.type"], **kept}]


def test_links_are_called_as_in_the_package_which_has_other_names_within_incidents() -> None:
    alone, within = _kept({"alertWebUrl": f"{_PORTAL}/alerts/a1", "incidentWebUrl": f"{_PORTAL}/incidents/7"})
    assert alone["web_url"] == within["alert_web_url"] == {"original": f"{_PORTAL}/alerts/a1"}
    assert alone["incident_web_url"] == within["incident_web_url"] == {"original": f"{_PORTAL}/incidents/7"}
    assert "alert_web_url" not in alone
    assert "web_url" not in within


@pytest.mark.parametrize(
    ("comments", "kept"),
    [
        ([{"comment": "mine", "createdByDisplayName": "Ada"}], [{"comment": "mine", "createdByDisplayName": "Ada"}]),
        ("mine", {"value": "mine"}),
        ([], None),
        (None, None),
    ],
)
def test_comments_are_kept_as_they_came_for_the_package_flattens_them(comments: Any, kept: Any) -> None:
    for alert in _kept({"comments": comments}):
        assert alert.get("comments") == kept


_NAMES = """
    process process_id process_name process_command_line parent_process parent_process_id rbac_group rbac_group_id
    rbac_group_name rbac_group_name_name location location_name ip_address ip_address_evidence p1_sender p_1_sender
    antispam_direction anti_spam_direction file_details image_file parent_process_image_file name path
"""
_DETAILS = st.dictionaries(
    st.sampled_from(["file_name", "name", "file_size", "size", "id", "image_file"]), st.integers()
)
_VALUES = st.integers() | _DETAILS | st.lists(_DETAILS, min_size=1) | st.lists(st.integers(), min_size=1)


@given(st.dictionaries(st.sampled_from(_NAMES.split()), _VALUES))
def test_nothing_of_evidence_is_lost_whatever_it_is_called(evidence: dict[str, Any]) -> None:
    assert Counter(_leaves(arranged(evidence))) == Counter(_leaves(evidence))


def _leaves(value: Any) -> Iterator[int]:
    if isinstance(value, int):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _leaves(inner)
