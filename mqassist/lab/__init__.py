"""The practice lab: scripted peers on loopback, the fault relay, and the reading of a client's own handshake.

Owns sockets of its own (asyncio, one thread) and knows nothing of probes, verdicts or screens.
"""
