from hypothesis import settings

from golden import golden

__all__ = ["golden"]

# Many more examples, for a night: pytest --hypothesis-profile nightly
settings.register_profile("nightly", max_examples=3000, deadline=None)
