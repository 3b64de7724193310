"""Broker logs: formats and phrases as data, entries, and which of them belong to a run. No Qt, no sockets."""
