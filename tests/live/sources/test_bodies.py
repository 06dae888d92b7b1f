"""Zip archives within limits, and bodies that are not what was asked for."""

import io
import zipfile

import pytest

from r2klib.errors import SchemaChanged
from r2klib.live.sources import bodies
from r2klib.live.sources.bodies import decode, only_member, refuse_wrong_body


def packed(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_", "."), content)
    return buffer.getvalue()


def test_the_one_file_of_an_archive_is_unpacked() -> None:
    assert only_member(packed(a_CSV=b"1,2\n"), "x.zip", (".csv",)) == b"1,2\n"


@pytest.mark.parametrize(
    ("content", "came"),
    [
        (b"", "an empty answer"),
        (b" \r\n ", "an empty answer"),
        (b"<!DOCTYPE html><title>Maintenance</title>", "an HTML page"),
        (b"\xef\xbb\xbf\n<HTML>", "an HTML page"),
        (b"Service unavailable", "something else"),
        (packed(a_csv=b"1,2\n" * 99)[:60], "damaged or truncated"),
        (packed(a_csv=b"1\n", b_csv=b"2\n"), "'a.csv', 'b.csv'"),
        (packed(a_exe=b"MZ"), "'a.exe'"),
        (packed(), "nothing in it"),
    ],
    # A zip holds the time it was made at, and every process must call its cases alike.
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_archive_with_one_csv_is_refused_and_named(content: bytes, came: str) -> None:
    with pytest.raises(SchemaChanged, match=came) as caught:
        only_member(content, "x.zip", (".csv",))
    assert "x.zip" in str(caught.value)
    assert "Nothing was taken from it" in str(caught.value)


def test_a_damaged_member_is_refused() -> None:
    content = bytearray(packed(a_csv=bytes(range(256)) * 20))
    content[60] ^= 0xFF
    with pytest.raises(SchemaChanged, match="damaged"):
        only_member(bytes(content), "x.zip", (".csv",))


def test_a_zip_bomb_is_refused_by_ratio_before_it_is_unpacked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(zipfile.ZipFile, "read", lambda *_: pytest.fail("was unpacked"))
    with pytest.raises(SchemaChanged, match=r"unpack to 5,000,000 \(a zip bomb\?\)"):
        only_member(packed(a_csv=bytes(5_000_000)), "x.zip", (".csv",))


def test_an_archive_too_large_in_all_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "MAX_UNPACKED", 1_000)
    with pytest.raises(SchemaChanged, match="unpack to 1,500"):
        only_member(packed(a_csv=b"12345\n" * 250), "x.zip", (".csv",))


def test_an_encrypted_archive_is_refused() -> None:
    content = bytearray(packed(a_csv=b"1\n"))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(SchemaChanged, match="encrypted"):
        only_member(bytes(content), "x.zip", (".csv",))


def test_a_csv_passes_and_text_is_read_in_either_code_page() -> None:
    refuse_wrong_body(b"\xef\xbb\xbfTicker,Name\n", "x", "a CSV")
    assert decode(b"\xef\xbb\xbfn\xc3\xa9") == "né"
    assert decode(b"firm\x92s") == "firm’s"
