"""
Write the first pages of a B-tree that has a height and no rows.

The planner reads the height in the first page, and may look for the least or greatest value that
there is: it goes down from the root to a leaf, finds it empty, and keeps to the statistics.

Source: https://github.com/postgres/postgres/blob/master/src/include/access/nbtree.h and
https://github.com/postgres/postgres/blob/master/src/include/storage/bufpage.h
"""

from __future__ import annotations

import struct

PAGE_BYTES = 8192
MAGIC, VERSION = 0x053162, 4  # of the first page, since PostgreSQL 12
LSN_BYTES = 8  # where the log was when a page was last written; none, for these
# In the first page: where it says what it is, and which page is the root of how many levels.
MAGIC_AT, ROOT_AT = 24, 32
ROOT, LEAF = 1, 2  # block numbers

HEADER = struct.Struct("<QHHHHHHI")
OPAQUE = struct.Struct("<IIIHH")  # the page before, the page after, level, flags, cycle
OPAQUE_AT = PAGE_BYTES - OPAQUE.size
LAYOUT = PAGE_BYTES | 4
IS_LEAF, IS_ROOT = 1, 2
# The least of all keys: no columns, and the block below in the place of a row.
LEAST = struct.pack("<HHHH", 0, LEAF, 0, 8 | 0x2000)


def is_btree(first_page: bytes) -> bool:
    """
    Tell whether a B-tree begins with this page, of the layout that is known here.
    """
    return first_page[MAGIC_AT : MAGIC_AT + 8] == struct.pack("<II", MAGIC, VERSION)


def with_height(first_page: bytes, height: int) -> bytes:
    """
    Return the first three pages of a B-tree of so many levels above its leaves, which are empty.

    Args:
        first_page: The first page of an empty one.
        height: How many levels; with 0 there is no root, and the first page stays as it is.
    """
    if height == 0:
        return first_page
    pages = bytearray(first_page)
    pages[:LSN_BYTES] = bytes(LSN_BYTES)
    struct.pack_into("<IIII", pages, ROOT_AT, ROOT, height, ROOT, height)
    return bytes(pages) + _page([LEAST], height, IS_ROOT) + _page([], 0, IS_LEAF)


def _page(items: list[bytes], level: int, flags: int) -> bytes:
    page = bytearray(PAGE_BYTES)
    lower, upper = HEADER.size, OPAQUE_AT
    for item in items:
        upper -= len(item)
        page[upper : upper + len(item)] = item
        # Where it lies, that it is in use, and how long it is.
        struct.pack_into("<I", page, lower, upper | 1 << 15 | len(item) << 17)
        lower += 4
    HEADER.pack_into(page, 0, 0, 0, 0, lower, upper, OPAQUE_AT, LAYOUT, 0)
    OPAQUE.pack_into(page, OPAQUE_AT, 0, 0, level, flags, 0)
    return bytes(page)
