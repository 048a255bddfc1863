"""The command line: one command a file, exit codes 0 (well), 1 (the work did not get done), 2 (wrong call)."""
