"""Tables as bytes and back: one parquet file per series, written so that a crash leaves no half.

A series is stored under the column `value`; dates are a plain column, so that any parquet reader
understands the file. No pickle, no pandas metadata.
"""

from __future__ import annotations

import hashlib
import io
import os
from pathlib import Path
from urllib.parse import quote

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from r2klib.data.catalog import What
from r2klib.data.provenance import Table
from r2klib.errors import SnapshotCorrupt

DATES = "date"
VALUE = "value"


def file_name(series: str) -> str:
    """Return the file of a series: its id, with what file systems dislike escaped."""
    return f"{quote(series, safe='.-_')}.parquet"


def to_bytes(table: Table) -> bytes:
    """Parquet of a table; equal tables give equal bytes."""
    frame = table.to_frame(VALUE) if isinstance(table, pd.Series) else table
    if isinstance(frame.index, pd.DatetimeIndex):
        frame = frame.rename_axis(DATES).reset_index()
    buffer = io.BytesIO()
    arrow = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
    pq.write_table(arrow, buffer, compression="zstd")
    return buffer.getvalue()


def from_bytes(content: bytes, what: What) -> Table:
    """Return the table that `to_bytes` wrote."""
    frame: pd.DataFrame = read_table(content).to_pandas()
    if DATES in frame:
        frame = frame.set_index(DATES)
    return frame[VALUE] if what == "series" else frame


def read_table(content: bytes) -> pa.Table:
    """Read a parquet file's bytes by this thread alone.

    pyarrow's other reader imports its machinery for folders of large files and starts threads,
    which takes longer than all the tables of an edition.
    """
    return pq.ParquetFile(pa.BufferReader(content), pre_buffer=False).read(use_threads=False)


def sha256(content: bytes) -> str:
    """Hash of a file's bytes."""
    return hashlib.sha256(content).hexdigest()


def read_verified(path: Path, expected: str, advice: str) -> bytes:
    """Read a file, or raise `SnapshotCorrupt` if it is missing or its hash is not as expected."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SnapshotCorrupt(str(path), f"it cannot be read ({error.strerror})", advice) from error
    found = sha256(content)
    if found != expected:
        problem = f"its sha256 is {found[:12]}..., the manifest says {expected[:12]}..."
        raise SnapshotCorrupt(str(path), problem, advice)
    return content


def write_durably(path: Path, content: bytes) -> None:
    """Write a new file and wait until the disk has it."""
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Wait until the disk has a folder's entries (Windows has no such call and needs none)."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
