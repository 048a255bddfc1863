"""Lets `python -m siemcast` be the command."""

from siemcast.cli.main import main

main()
