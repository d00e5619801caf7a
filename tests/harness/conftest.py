"""
Name the fixtures of the harness's own tests.
"""

from tests.harness.fix_bench import bench, bench_admin, bench_for_module

__all__ = ["bench", "bench_admin", "bench_for_module"]
