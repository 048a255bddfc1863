"""The built-in journals, and the lock that keeps a state folder to one forwarder."""
