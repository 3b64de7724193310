"""The check-up page: a target, one run, its verdict, its way and its steps."""
