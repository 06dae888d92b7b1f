"""What a downloaded body really is, and zip archives opened in memory within limits.

Servers answer with maintenance pages, half a file or nothing at all under status 200; a zip can
be small on the wire and huge in memory. Every parser asks here first.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterable

from r2klib.errors import SchemaChanged

#: What an archive may hold in all, unpacked, and how many times its packed size that may be.
#: The largest real file (a factor workbook of 13 sheets) unpacks to 16 MB at a ratio of 7.
MAX_UNPACKED = 64_000_000
MAX_RATIO = 100

TRY_LATER = "Nothing was taken from it; try `r2k pull` again later."
REPORT = "Nothing was taken from it; update r2klib, or report the change if you have the newest."

_HTML = (b"<!doctype html", b"<html", b"<head", b"<body", b"<?xml", b"<script", b"<!--")
_BOM = b"\xef\xbb\xbf"


def refuse_wrong_body(content: bytes, source: str, expected: str) -> None:
    """Raise `SchemaChanged` for an empty body, and for a web page where a file was asked for.

    `source` is the file, for the message; `expected` what it should be: ``"a zip archive"``.
    """
    start = content[:512].removeprefix(_BOM).lstrip().lower()
    if not start:
        raise SchemaChanged(source, expected, "an empty answer (0 bytes of content)", TRY_LATER)
    if start.startswith(_HTML):
        raise SchemaChanged(source, expected, "an HTML page", TRY_LATER)


def refuse_cut_text(content: bytes, source: str, expected: str) -> None:
    """Raise `SchemaChanged` for a text without an end of line at its end.

    A body can end early with a length that fits (a caching proxy): a last number cut in half
    would pass for a number.
    """
    if not content.endswith((b"\n", b"\r")):
        came = f"one cut short ({len(content):,} bytes, no end of line at the end)"
        raise SchemaChanged(source, expected, came, TRY_LATER)


def decode(content: bytes) -> str:
    """Text of a file, without byte order mark; Windows' code page where it is not UTF-8."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def open_zip(content: bytes, source: str, expected: str) -> zipfile.ZipFile:
    """Open a zip archive that lies in memory, if its members stay within the limits.

    The declared sizes bind: `zipfile` never reads a member beyond its own. Raises `SchemaChanged`
    if it is no zip archive, cut short, encrypted, or unpacks to more than `MAX_UNPACKED` bytes or
    `MAX_RATIO` times its size.
    """
    refuse_wrong_body(content, source, expected)
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        whole = "a damaged or truncated one" if content.startswith(b"PK") else "something else"
        came = f"{whole} ({len(content):,} bytes; {error})"
        raise SchemaChanged(source, expected, came, TRY_LATER) from None
    unpacked = sum(member.file_size for member in archive.infolist())
    if unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * len(content):
        came = f"{len(content):,} bytes that unpack to {unpacked:,} (a zip bomb?)"
        limit = f"{expected} of at most {MAX_UNPACKED:,} bytes, {MAX_RATIO} times its packed size"
        raise SchemaChanged(source, limit, came, REPORT)
    if any(member.flag_bits & 0x1 for member in archive.infolist()):
        raise SchemaChanged(source, expected, "an encrypted one", REPORT)
    return archive


def only_member(content: bytes, source: str, suffixes: Iterable[str]) -> bytes:
    """Unpack the one file of a zip archive whose name ends, in lower case, in one of `suffixes`.

    Raises `SchemaChanged` as `open_zip`, and if it does not hold exactly one such member or that
    fails its checksum.
    """
    ends = tuple(suffixes)
    expected = f"a zip archive with one {' or '.join(ends)} file"
    with open_zip(content, source, expected) as archive:
        names = [member.filename for member in archive.infolist() if not member.is_dir()]
        wanted = [name for name in names if name.lower().endswith(ends)]
        if len(wanted) != 1:
            came = f"one with {', '.join(map(repr, names[:5])) or 'nothing in it'}"
            raise SchemaChanged(source, expected, came, REPORT)
        try:
            return archive.read(wanted[0])
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
            came = f"a damaged or truncated one ({error})"
            raise SchemaChanged(source, expected, came, TRY_LATER) from None
