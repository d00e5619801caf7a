"""
Name the fixtures of the tests of servers.
"""

from tests.harness.postgres.fix_container import contained, docker, image, left_of

__all__ = ["contained", "docker", "image", "left_of"]
