"""
Outlive the run by a moment, and leave nothing of it behind.

Run as a program (``python -I -S _keeper.py DIRECTORY UID GID``) in a session of its own. Standard
input is the lifeline: as long as some process holds its other end, commands are obeyed; when it
closes, however the run ended (SIGKILL included), the server is stopped, its System V segment is
freed and the directory removed. No signal of the terminal reaches the keeper.

Only modules that cost nothing to import are used: a start from the cache waits for this program.

Protocol: one command a line, its words separated by US (0x1f), one answer a line.
``run INPUT ARGV…`` runs a program to its end and answers its exit status; ``start ARGV…`` starts
the server and answers ``ready``, or its exit status if it ended first; ``stop SIGNAL`` ends the
server and answers its exit status; ``crash`` kills the server with all its processes at once, and
leaves the directory as it is then.

Source: https://www.postgresql.org/docs/current/server-shutdown.html
"""

from __future__ import annotations

import fcntl
import os
import select
import signal
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SEPARATOR = "\x1f"
POLL_S = 0.001
STOP_WITHIN_S = 5.0
START_WITHIN_S = 60.0


class Keeper:
    """
    One directory, at most one server in it, and the duty to remove both.
    """

    def __init__(self, directory: str, uid: int, gid: int) -> None:
        self.directory = directory
        self.data = os.path.join(directory, "data")
        self.uid, self.gid = uid, gid
        self.server: int | None = None
        self.buffer = b""
        self.lock: int | None = None

    def serve(self) -> None:
        """
        Obey commands until the lifeline closes.
        """
        while (line := self._next_line()) is not None:
            self._hold_lock()
            command, *words = line.split(SEPARATOR)
            answer = getattr(self, "do_" + command)(*words)
            try:
                os.write(1, (str(answer) + "\n").encode())
            except OSError:
                return

    def do_run(self, input_path: str, *argv: str) -> int:
        """
        Run a program to its end.
        """
        pid = self._spawn(argv, input_path, "tools.log")
        while (status := _reap(pid)) is None:
            if self._lifeline_is_cut(POLL_S):
                return self._end_group(pid)
        return status

    def do_start(self, *argv: str) -> int | str:
        """
        Start the server and wait until it accepts connections.
        """
        self.server = self._spawn(argv, "/dev/null", "server.log")
        pid_file = os.path.join(self.data, "postmaster.pid")
        for _ in range(int(START_WITHIN_S / POLL_S)):
            if (status := _reap(self.server)) is not None:
                self.server = None
                return status
            if _pid_file_says_ready(pid_file, self.server):
                return "ready"
            if self._lifeline_is_cut(POLL_S):
                break
        return "not ready"

    def do_stop(self, signal_number: str) -> int:
        """
        End the server: SIGINT writes a checkpoint first, SIGQUIT does not.
        """
        if self.server is None:
            return 0
        return self._stop(self.server, int(signal_number))

    def do_crash(self) -> str:
        """
        Kill every process of the server at once, as a lack of memory or of power does.
        """
        if self.server is None:
            return "no server"
        segment = self._segment()
        server, self.server = self.server, None
        # A server that is stopped starts no process, and none that ends makes it do anything.
        os.kill(server, signal.SIGSTOP)
        left = {pid for pid, (parent, _) in _processes() if parent == server}
        for pid in left:
            os.kill(pid, signal.SIGKILL)
        _kill(server)
        for _ in range(int(STOP_WITHIN_S / POLL_S)):
            # Where nobody reaps orphans, in many a container, a dead one stays as a zombie.
            left = {pid for pid, (_, state) in _processes(left) if not state.startswith("Z")}
            if not left:
                break
            select.select([], [], [], POLL_S)
        _free(segment)
        return f"{len(left)} processes that do not die" if left else "crashed"

    def clean(self) -> None:
        """
        Stop the server and remove the directory.
        """
        if self.server is not None:
            self._stop(self.server, signal.SIGQUIT)
        for folder, folders, files in os.walk(self.directory, topdown=False):
            for name in files:
                _ignoring_absence(os.unlink, os.path.join(folder, name))
            for name in folders:
                _ignoring_absence(os.rmdir, os.path.join(folder, name))
        _ignoring_absence(os.rmdir, self.directory)

    def _stop(self, pid: int, signal_number: int) -> int:
        segment = self._segment()
        self.server = None
        os.kill(pid, signal_number)
        for _ in range(int(STOP_WITHIN_S / POLL_S)):
            if (status := _reap(pid)) is not None:
                break
            select.select([], [], [], POLL_S)
        else:
            status = _kill(pid)
        if status < 0:
            # One that was still starting has made its segment since, and written down which.
            _free(self._segment() or segment)
        return status

    def _end_group(self, leader: int) -> int:
        """
        End a tool and the servers that it runs, all of which write into the directory.

        initdb's servers stop by themselves when it is gone. Asked, not killed: a killed server
        leaves its segment, and so does one that panics because its files are being removed.
        """
        os.kill(leader, signal.SIGTERM)
        segment, status = None, None
        for _ in range(int(STOP_WITHIN_S / POLL_S)):
            segment = self._segment() or segment
            status = _reap(leader) if status is None else status
            if status is not None and not _signal_group(leader, 0):
                break
            select.select([], [], [], POLL_S)
        else:
            _signal_group(leader, signal.SIGKILL)
            status = -signal.SIGKILL
        # Asked between making its segment and learning to obey, a server just dies.
        _free(self._segment() or segment)
        return status

    def _segment(self) -> int | None:
        return shared_memory_id(os.path.join(self.data, "postmaster.pid"))

    def _spawn(self, argv: tuple[str, ...], input_path: str, log_name: str) -> int:
        pid = os.fork()
        if pid:
            return pid
        try:
            os.setpgid(0, 0)
            os.dup2(os.open(input_path, os.O_RDONLY), 0)
            log = os.path.join(self.directory, log_name)
            output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            os.dup2(output, 1)
            os.dup2(output, 2)
            if os.geteuid() == 0:
                os.setgroups([])
                os.setgid(self.gid)
                os.setuid(self.uid)
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_DFL)
            os.umask(0o077)
            os.chdir("/")
            os.execv(argv[0], argv)  # noqa: S606 - a shell would only be in the way
        finally:
            os._exit(127)

    def _hold_lock(self) -> None:
        # Shared with the run itself; a sweep that gets it alone knows that both are gone.
        if self.lock is None:
            self.lock = os.open(os.path.join(self.directory, "lock"), os.O_RDONLY | os.O_CLOEXEC)
            fcntl.flock(self.lock, fcntl.LOCK_SH)

    def _next_line(self) -> str | None:
        while b"\n" not in self.buffer:
            chunk = os.read(0, 65536)
            if not chunk:
                return None
            self.buffer += chunk
        line, self.buffer = self.buffer.split(b"\n", 1)
        return line.decode()

    def _lifeline_is_cut(self, wait_s: float) -> bool:
        # The run sends nothing while it waits for an answer, so readable means closed.
        return bool(select.select([0], [], [], wait_s)[0])


def _reap(pid: int) -> int | None:
    reaped, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if reaped else None


def _kill(pid: int) -> int:
    os.kill(pid, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _signal_group(leader: int, number: int) -> bool:
    try:
        os.killpg(leader, number)
    except ProcessLookupError:
        return False
    return True


def _pid_file_line(path: str, number: int) -> str:
    try:
        with open(path) as file:
            lines = file.read().split("\n")
    except OSError:
        return ""
    return lines[number].strip() if len(lines) > number else ""


def _pid_file_says_ready(path: str, pid: int) -> bool:
    # LOCK_FILE_LINE_PID = 1, LOCK_FILE_LINE_PM_STATUS = 8 in src/include/utils/pidfile.h. A server
    # that was killed has left such a file too.
    return _pid_file_line(path, 0) == str(pid) and _pid_file_line(path, 7) == "ready"


def _processes(wanted: set[int] | None = None) -> Iterator[tuple[int, tuple[int, str]]]:
    """
    Yield the ids of these processes, or of all, with the parent's id and the state of each.
    """
    if not os.path.isdir("/proc/self"):
        with os.popen("ps -A -o pid=,ppid=,stat=") as listing:  # noqa: S605, S607 - fixed words
            for line in listing:
                number, ancestor, state = line.split(None, 2)
                if wanted is None or int(number) in wanted:
                    yield int(number), (int(ancestor), state)
        return
    if wanted is None:
        wanted = {int(name) for name in os.listdir("/proc") if name.isdecimal()}
    for pid in wanted:
        try:
            with open(f"/proc/{pid}/stat", "rb") as file:
                # The name of the program, in parentheses, may hold anything.
                status, parent = file.read().rpartition(b")")[2].split()[:2]
        except OSError:
            continue
        yield pid, (int(parent), status.decode())


def shared_memory_id(path: str) -> int | None:
    """
    Return the System V segment of the server whose ``postmaster.pid`` lies at ``path``.
    """
    # LOCK_FILE_LINE_SHMEM_KEY = 7: "key id" of the System V interlock segment.
    words = _pid_file_line(path, 6).split()
    return int(words[1]) if len(words) == 2 else None


def free_shared_memory(segment: int) -> None:
    """
    Free what a server that was killed could not.
    """
    import ctypes  # noqa: PLC0415 - 8 ms that only this rare path should pay

    ctypes.CDLL(None).shmctl(segment, 0, None)  # 0 = IPC_RMID


def _free(segment: int | None) -> None:
    if segment is not None:
        free_shared_memory(segment)


def _ignoring_absence(remove: Callable[[str], None], path: str) -> None:
    try:
        remove(path)
    except NotADirectoryError:
        os.unlink(path)  # a symbolic link to a directory, listed among the folders
    except OSError:
        pass


def main() -> None:
    """
    Keep the directory named on the command line.
    """
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGPIPE):
        signal.signal(number, signal.SIG_IGN)
    keeper = Keeper(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
    try:
        keeper.serve()
    finally:
        keeper.clean()


if __name__ == "__main__":
    main()
