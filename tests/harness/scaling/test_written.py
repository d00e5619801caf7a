"""
Numbers of rows are read as people write them, and written so that they can be read again.
"""

from __future__ import annotations

import pytest

from schemaproof.scaling import BadSize, read_sizes, two_digit_numbers, written


@pytest.mark.parametrize(
    ("text", "sizes"),
    [
        pytest.param("1e9", [1e9], id="exponent"),
        pytest.param("1E+9", [1e9], id="exponent with its sign"),
        pytest.param("1000000", [1e6], id="digits"),
        pytest.param("1_000_000", [1e6], id="digits in groups"),
        pytest.param("10^9", [1e9], id="power"),
        pytest.param("1k,1M,1B", [1e3, 1e6, 1e9], id="units"),
        pytest.param("2.5m", [2.5e6], id="fraction of a unit"),
        pytest.param("1e6, 1e3,1M", [1e3, 1e6], id="in order, each once"),
        pytest.param("1", [1], id="one row"),
    ],
)
def test_sizes_are_read_as_people_write_them(text, sizes):
    assert read_sizes(text) == tuple(sizes)


@pytest.mark.parametrize(
    "text", ["", "many", "1e3,", "-5", "0", "0.2", "1e", "1e13", "10^99999", "1M M", "1,000,00x"]
)
def test_what_is_no_size_is_named(text):
    with pytest.raises(BadSize, match=r"needs .* rows.*; found '"):
        read_sizes(text)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1, "1"),
        (1_000, "1,000"),
        (99_999, "99,999"),
        (1e5, "1e5"),
        (123_456, "1.23e5"),
        (690_000, "6.9e5"),
        (1e10, "1e10"),
    ],
)
def test_numbers_are_seen_at_a_glance(number, text):
    assert written(number) == text


def test_between_two_sizes_lie_all_numbers_of_two_digits():
    """
    Neither of the two themselves, nor one that has more digits.
    """
    assert [*two_digit_numbers(7, 14)] == [8, 9, 10, 11, 12, 13]
    assert [*two_digit_numbers(970, 1_250)] == [980, 990, 1_000, 1_100, 1_200]
    assert not [*two_digit_numbers(150_000, 160_000)]
    assert len([*two_digit_numbers(1e3, 1e6)]) == 3 * 90 - 1
