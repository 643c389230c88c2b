"""Property tests here have no deadline: the machine that runs them may be busy, and slowness is not a wrong sum."""

from hypothesis import settings

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
