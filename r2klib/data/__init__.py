"""Getting the numbers: the catalog, the editions and the frozen data sets. Knows no finance."""

from r2klib.data import catalog
from r2klib.data.dataset import Dataset
from r2klib.data.edition import editions, load
from r2klib.data.provenance import Provenance
from r2klib.data.reading import read_own

__all__ = ["Dataset", "Provenance", "catalog", "editions", "load", "read_own"]
