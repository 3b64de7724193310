"""The practice lab: scenarios as cards, the one that is selected, and the fault relay."""
