"""The window. Knows services, core and report; nothing of sockets, probes or the command line."""
