import os

from hypothesis import settings

from golden import golden

__all__ = ["golden"]

# The same code gives the same answer: a test run is no lottery. New cases are looked for at night:
# pytest --hypothesis-profile nightly, and RXSCORE_EXAMPLES=10000 pytest tests/title.
settings.register_profile("same", derandomize="RXSCORE_EXAMPLES" not in os.environ)
settings.register_profile("nightly", max_examples=3000, deadline=None)
settings.load_profile("same")
