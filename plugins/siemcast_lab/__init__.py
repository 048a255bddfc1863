"""The lab: stand-ins of a Microsoft tenant and of SIEM receivers, on loopback, for demo, tests and plugin authors."""
