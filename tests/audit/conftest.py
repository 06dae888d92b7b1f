"""The same sample edition and verdicts as in the tests of the claims."""

from tests.claims.conftest import sample, verdicts

__all__ = ["sample", "verdicts"]
