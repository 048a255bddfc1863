"""Every cloud has its services, or says that it has not."""

from __future__ import annotations

from typing import get_args

import pytest

from siemcast.errors import ConfigError
from siemcast.kit.clouds import CLOUDS, SERVICES, CloudName, endpoint, scope

_MISSING = {("china", "graph"), ("china", "mde")}


@pytest.mark.parametrize("cloud", get_args(CloudName))
@pytest.mark.parametrize("service", SERVICES)
def test_each_service_has_a_base_url_or_says_why_not(cloud: CloudName, service: str) -> None:
    if (cloud, service) in _MISSING:
        for ask in (endpoint, scope):
            with pytest.raises(ConfigError, match=r"in the china cloud; use defender\.streaming"):
                ask(cloud, service)
    else:
        assert endpoint(cloud, service).startswith("https://")
        assert scope(cloud, service).endswith("/.default")


def test_every_cloud_is_in_the_table() -> None:
    assert set(CLOUDS) == set(get_args(CloudName))


def test_the_worldwide_hosts_are_those_that_everybody_knows() -> None:
    assert endpoint("global", "authority") == "https://login.microsoftonline.com"
    assert endpoint("global", "graph") == "https://graph.microsoft.com"
    assert scope("global", "graph") == "https://graph.microsoft.com/.default"
    assert scope("global", "mde") == "https://api.securitycenter.microsoft.com/.default"


def test_gcc_is_worldwide_but_for_defenders_own_hosts() -> None:
    assert endpoint("gcc", "graph") == endpoint("global", "graph")
    assert endpoint("gcc", "mde") == "https://api-gcc.securitycenter.microsoft.us"


def test_the_two_us_clouds_share_all_but_graph() -> None:
    assert endpoint("gcc-high", "graph") == "https://graph.microsoft.us"
    assert endpoint("dod", "graph") == "https://dod-graph.microsoft.us"
    assert endpoint("gcc-high", "arm") == endpoint("dod", "arm") == "https://management.usgovcloudapi.net"


@pytest.mark.parametrize("cloud", get_args(CloudName))
def test_event_hubs_and_storage_have_one_scope_everywhere(cloud: CloudName) -> None:
    assert scope(cloud, "eventhubs") == "https://eventhubs.azure.net/.default"
    assert scope(cloud, "storage") == "https://storage.azure.com/.default"


def test_an_unknown_service_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ConfigError, match="authority, graph, mde, arm, monitor"):
        endpoint("global", "teams")
