"""Fixed reports and what each format makes of them."""
