"""A server that has come up: what it loaded stays, so nobody looks through it again for what may be thrown away."""

import gc

# Objects made since the last look, and looks since the last wider one: a page makes some ten thousand.
OFTEN = (50_000, 20, 50)


def settle() -> None:
    """Keep what stands now out of every later search for garbage, and search less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*OFTEN)
