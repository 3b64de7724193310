"""Plain data that every layer speaks. Imports nothing of ours, no Qt, no sockets, no clock."""
