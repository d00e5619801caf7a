"""
Name the fixtures of the harness's own tests.
"""

from tests.harness.fix_bench import bench, bench_admin, bench_for_module
from tests.harness.fix_own_databases import own_databases

__all__ = ["bench", "bench_admin", "bench_for_module", "own_databases"]
