"""From what a run measured and what the broker told to client settings, with the arithmetic. Opens no connection."""
