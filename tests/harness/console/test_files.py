"""
A file is written whole or not at all, and is refused before a run and not after it.
"""

from __future__ import annotations

import os
import threading

import pytest

from schemaproof.console.files import check_writable, write_whole
from schemaproof.errors import SchemaproofError


def test_asking_leaves_everything_as_it_was(tmp_path):
    """
    No empty file stays behind a run that is interrupted.
    """
    old = tmp_path / "old"
    old.write_text("as it was")

    check_writable(old)
    check_writable(tmp_path / "new")

    assert [*tmp_path.iterdir()] == [old]
    assert old.read_text() == "as it was"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        pytest.param("no/report", "No such file or directory", id="no directory"),
        pytest.param(".", "Is a directory", id="a directory"),
        pytest.param("file/report", "Not a directory", id="below a file"),
        pytest.param("x" * 300, "File name too long", id="a long name"),
    ],
)
def test_what_cannot_be_written_is_refused_in_one_sentence(tmp_path, name, told):
    (tmp_path / "file").touch()

    with pytest.raises(SchemaproofError, match=f"cannot write .*: {told}"):
        check_writable(tmp_path / name)


def test_a_text_takes_the_place_of_another(tmp_path):
    """
    With the mode that the file had, through a link, and with nothing beside it.
    """
    real, link = tmp_path / "real", tmp_path / "link"
    real.write_text("a longer text than the new one")
    real.chmod(0o640)
    link.symlink_to(real)

    write_whole(link, "new")

    assert real.read_text() == "new\n"
    assert real.stat().st_mode & 0o777 == 0o640
    assert link.is_symlink()
    assert sorted(tmp_path.iterdir()) == [link, real]


def test_a_new_file_is_as_readable_as_any_other(tmp_path):
    usual = tmp_path / "usual"
    usual.touch()

    write_whole(tmp_path / "report", "text")

    assert (tmp_path / "report").stat().st_mode == usual.stat().st_mode


def test_who_reads_meanwhile_keeps_the_whole_of_the_old(tmp_path):
    """
    The file is replaced: what was opened before is not cut short.
    """
    file = tmp_path / "report"
    file.write_text("the old, whole")

    with file.open() as reader:
        write_whole(file, "new")

        assert reader.read() == "the old, whole"


def test_a_pipe_is_written_and_stays_one(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()

    write_whole(pipe, "text")

    reader.join()
    assert read == ["text\n"]
    assert pipe.is_fifo()


def test_what_utf8_cannot_hold_is_written_out(tmp_path):
    write_whole(tmp_path / "report", "lone \ud800")

    assert (tmp_path / "report").read_bytes() == b"lone \\ud800\n"
