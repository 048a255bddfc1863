"""`siemcast run` from files to a syslog receiver: everything arrives, as messages that strict parsers take."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

from siemcast_lab.cef import parse_cef
from siemcast_lab.syslog import Receiver, receive_tcp, receive_udp

HOSTILE = 'a|b=c\\d "e" [f]\n\r\t\u2028 häß 🦉 \u0000'


def records(count: int) -> list[bytes]:
    made = []
    for number in range(count):
        properties = {
            "Timestamp": f"2026-11-20T10:00:{number % 60:02}.1234567Z",
            "DeviceId": f"{number:040x}",
            "DeviceName": f"wks-{number}.contoso.example",
            "ActionType": "ProcessCreated",
            "FileName": "owl.exe",
            "ProcessCommandLine": f"{HOSTILE} {'x' * (9000 if number % 50 == 0 else 10)}",
            "ReportId": number,
        }
        envelope = {
            "time": "2026-11-20T10:00:00.1234567Z",
            "tenantId": "5f1c0000-0000-4000-8000-000000000001",
            "operationName": "Publish",
            "category": "AdvancedHunting-DeviceProcessEvents",
            "properties": properties,
        }
        made.append(json.dumps(envelope).encode())
    return made


async def forward(folder: Path, receiver: Receiver, sink: str) -> None:
    (folder / "in.jsonl").write_bytes(b"\n".join(records(500)) + b"\n")
    config = folder / "siemcast.yaml"
    config.write_text(
        f"state: {folder}/state\nhttp: null\n"
        f"sources:\n  archive: {{kind: replay.file, path: {folder}/in.jsonl}}\n"
        f"sinks:\n  siem: {{kind: syslog, host: 127.0.0.1, port: {receiver.port}, {sink}}}\n"
        "routes:\n  - {from: [archive], to: [siem]}\n"
    )
    command = (sys.executable, "-m", "siemcast", "run", "-c", str(config), "--until-drained")
    process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
    async with asyncio.timeout(120):
        _, said = await process.communicate()
    assert process.returncode == 0, said.decode()


def test_cef_over_tcp_arrives_complete_and_is_accepted_by_a_strict_parser(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with receive_tcp() as receiver:
            await forward(tmp_path, receiver, "hostname: fwd01")
            await receiver.wait_for(500)
            assert (len(receiver.messages), receiver.refused) == (500, [])
            parsed = [parse_cef(message.body) for message in receiver.messages]
            names = {cef.extension["dvchost"] for cef in parsed}
            assert names == {f"wks-{number}.contoso.example" for number in range(500)}

    asyncio.run(scenario())


def test_json_on_lines_stays_json_within_the_limit(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with receive_tcp() as receiver:
            await forward(tmp_path, receiver, "format: raw, framing: newline, header: rfc3164, max_bytes: 64KiB")
            await receiver.wait_for(500)
            assert [json.loads(message.body) for message in receiver.messages] == list(map(json.loads, records(500)))

    asyncio.run(scenario())


def test_udp_carries_cef_within_a_datagram(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with receive_udp() as receiver:
            await forward(tmp_path, receiver, "transport: udp, header: rfc3164")
            await receiver.wait_for(1)
            for message in receiver.messages:
                assert parse_cef(message.body).vendor == "Microsoft"
            assert receiver.refused == []

    asyncio.run(scenario())
