"""distinct: how many values there are is estimated as ANALYZE does."""

import pytest

from schemaproof.scaling.distinct import as_stored, estimated


@pytest.mark.parametrize(
    ("values", "once", "sampled", "rows", "expected"),
    [
        pytest.param(5, 0, 1000, 1e6, 5, id="none comes once"),
        pytest.param(1000, 1000, 1000, 1e6, 1e6, id="each comes once"),
        pytest.param(700, 400, 1000, 1000, 700, id="the sample is the whole"),
        # 1000 * 700 / (1000 - 400 + 400 * 1000 / 1e6), by hand
        pytest.param(700, 400, 1000, 1e6, 700_000 / 600.4, id="between"),
        pytest.param(0, 0, 0, 1e6, 0, id="nothing but NULL"),
    ],
)
def test_values_are_estimated_from_those_that_come_once(values, once, sampled, rows, expected):
    """
    The estimator of Haas and Stokes, and its two ends.
    """
    assert estimated(values, once, sampled, rows) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("distinct", "rows", "stored"),
    [
        pytest.param(5, 1e6, 5, id="few"),
        pytest.param(1e6, 1e6, -1, id="unique"),
        pytest.param(5e5, 1e6, -0.5, id="half as many as rows"),
        pytest.param(1e5, 1e6, 1e5, id="a tenth is not yet many"),
        pytest.param(1234.4, 1e6, 1234, id="whole"),
    ],
)
def test_many_values_are_stored_as_a_share_of_the_rows(distinct, rows, stored):
    """
    So that the number grows with the table.
    """
    assert as_stored(distinct, rows) == stored
