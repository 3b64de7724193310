"""mqassist: why can this client not talk to its broker, and who has to change what."""

__version__ = "0.1.0"
