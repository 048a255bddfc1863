"""The demo: the forwarder at work between the lab's tenant and the lab's SIEMs, for half a minute."""
