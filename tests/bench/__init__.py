"""Keeps the long proofs and timings whose last printed report is docs/bench.md.

Called by: `make bench`, that is `python -m tests.bench [NAME…]`; never by pytest.
Must never know: how a number could be made to look better; a miss is printed like a hit.
"""
