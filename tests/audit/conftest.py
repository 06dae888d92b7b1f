"""The same sample edition and verdicts as in the tests of the claims."""

from tests.claims.conftest import few, pytest_collection_modifyitems, sample, verdicts

__all__ = ["few", "pytest_collection_modifyitems", "sample", "verdicts"]
