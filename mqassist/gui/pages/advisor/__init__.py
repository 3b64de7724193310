"""The advisor page: client settings that fit what a run measured, with the arithmetic."""
