"""Speed and memory of the forwarder, as ratios to F in one run: `make bench`."""
