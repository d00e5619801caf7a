"""
Reach the container engine of this machine, or the one that the environment names.

testcontainers finds it (``DOCKER_HOST``, the chosen context, its own file of properties) and signs
in to registries; a process that reaps what it starts is not asked of it: see `_container`.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from typing import TYPE_CHECKING, Any

from schemaproof.errors import SchemaproofError, first_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docker.models.containers import Container
    from testcontainers.core.docker_client import DockerClient

PORT = 5432
LABEL = "schemaproof"
LOOPBACK = "127.0.0.1"
# Between its making and its start, a container cannot see that its run is gone.
ABANDONED_AFTER = dt.timedelta(minutes=1)


class NoEngine(SchemaproofError):
    """There is no container engine here, or nothing to speak to it with."""


class NoImage(SchemaproofError):
    """The image is not here and cannot be fetched, or cannot be run."""


class Engine:
    """
    One container engine.
    """

    def __init__(self) -> None:
        try:
            # Nobody else needs it, and it takes 0.3 s.
            from testcontainers.core.docker_client import DockerClient  # noqa: PLC0415
        except ImportError as error:
            raise NoEngine(
                f"--server container needs the package testcontainers; found none ({error}): "
                "pip install 'schemaproof[container]'"
            ) from error
        with _told(NoEngine, "--server container needs a container engine", "start Docker"):
            self._client: DockerClient = DockerClient()
            self._client.client.ping()

    @property
    def is_local(self) -> bool:
        """
        Whether what it publishes on loopback is published on this machine.
        """
        return "unix" in self._client.client.api.base_url or self._client.host() in (
            "localhost",
            LOOPBACK,
        )

    @property
    def _published(self) -> dict[str, Any]:
        # No other machine gets in, unless the engine is another machine; any port will do.
        host = LOOPBACK if self.is_local else "0.0.0.0"  # noqa: S104 - see above
        return {f"{PORT}/tcp": (host, None)}

    def entry_point(self, image: str) -> list[str]:
        """
        Return what an image begins with, and fetch it if it is not here.

        Raises:
            NoImage: It cannot be fetched.
        """
        from docker.errors import ImageNotFound  # noqa: PLC0415 - as above

        images = self._client.client.images
        needs = f"--server container needs the image {image!r}"
        way_out = "fetch it with docker pull, or name another in SCHEMAPROOF_IMAGE"
        with _told(NoImage, needs, way_out):
            try:
                found = images.get(image)
            except ImageNotFound:
                found = images.pull(
                    image, tag=None if ":" in image.rpartition("/")[2] else "latest"
                )
        return list(found.attrs["Config"].get("Entrypoint") or [])

    def create(self, image: str, command: list[str], **how: Any) -> Container:
        """
        Make a container that is removed when it ends, and do not start it.
        """
        with _told(NoImage, f"needs a container of {image!r}", "see what the engine says"):
            self._sweep()
            return self._client.create(
                image,
                command=command,
                ports=self._published,
                labels={LABEL: ""},
                # Its input ends with the one connection that is attached to it.
                stdin_open=True,
                auto_remove=True,
                **how,
            )

    def addresses(self, container: Container) -> Iterator[tuple[str, int]]:
        """
        Yield where the server of a running container may answer.
        """
        container.reload()
        published = int(self._client.port(str(container.id), PORT))
        if not self.is_local:
            yield self._client.host(), published
            return
        yield LOOPBACK, published
        # From within another container the bridge can be reached, and the engine's loopback not.
        for network in container.attrs["NetworkSettings"]["Networks"].values():
            if network["IPAddress"]:
                yield network["IPAddress"], PORT

    def close(self) -> None:
        """
        Let go of it.
        """
        self._client.client.close()

    def _sweep(self) -> None:
        from docker.errors import APIError  # noqa: PLC0415 - as above

        stale = dt.datetime.now(dt.UTC) - ABANDONED_AFTER
        made: dict[str, Any] = {"label": LABEL, "status": "created"}
        for container in self._client.client.containers.list(all=True, filters=made):
            if dt.datetime.fromisoformat(container.attrs["Created"]) < stale:
                with contextlib.suppress(APIError):
                    container.remove()


@contextlib.contextmanager
def _told(kind: type[SchemaproofError], needs: str, way_out: str) -> Iterator[None]:
    from docker.errors import DockerException  # noqa: PLC0415 - as above

    try:
        yield
    except DockerException as error:
        told = getattr(error, "explanation", None) or first_line(error)
        raise kind(f"{needs}; found: {first_line(Exception(told))}: {way_out}") from error
