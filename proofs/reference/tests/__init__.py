"""Known answers and twins: each rejection stands beside what is accepted. Run with `python3 -m unittest` in `proofs/`."""
