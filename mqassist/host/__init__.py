"""This machine: its environment, addresses, listeners and limits. Reads only; psutil lives here."""
