"""Stand-in syslog receivers: strict about framing and headers, so that what they take is well formed."""

from siemcast_lab.syslog.parse import Message, Refused, parse
from siemcast_lab.syslog.receiver import Receiver, receive_tcp, receive_udp

__all__ = ["Message", "Receiver", "Refused", "parse", "receive_tcp", "receive_udp"]
