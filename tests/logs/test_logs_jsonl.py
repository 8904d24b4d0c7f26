import contextlib
import errno
import json
import multiprocessing
import os
import sys
import time
from pathlib import Path

import filelock
import pytest
from hypothesis import given
from hypothesis import strategies as st

import log_writer
from log_contract import FRESH, ONE, THREE, TWO, LogContract, revocation
from rxscore.events import canonical
from rxscore.logs import EMPTY, JsonlLog, Repaired, chain, jsonl, located, parse, repair
from rxscore.problems import UserError
from strategies import events, logs


def line(*events) -> bytes:
    return b"".join(canonical(event) + b"\n" for event in events)


def says(call, *arguments):
    with pytest.raises(UserError) as caught:
        call(*arguments)
    return [str(problem) for problem in caught.value.problems]


class TestJsonlLog(LogContract):
    @pytest.fixture
    def make_log(self, tmp_path):
        return lambda name: JsonlLog(tmp_path / f"{name}.jsonl")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "2016.jsonl"


@pytest.fixture
def log(path):
    """A log of two events."""
    log = JsonlLog(path)
    log.append([ONE, TWO], EMPTY)
    return log


# --- what the file holds ---------------------------------------------------------------------


def test_the_file_holds_the_events_one_a_line(log, path):
    assert path.read_bytes() == line(ONE, TWO)


@FRESH
@given(logs(), logs())
def test_appending_never_changes_what_is_there(tmp_path, first, then):
    path = tmp_path / f"{time.monotonic_ns()}.jsonl"
    log = JsonlLog(path)
    log.append(first, EMPTY)
    before = path.read_bytes() if first else b""
    known = {event.id for event in first}
    log.append([event for event in then if event.id not in known], None)
    assert not (first or then) or path.read_bytes().startswith(before)


def test_earlier_lines_keep_their_own_way_of_writing(path):
    mine = b'{ "id": "mine", "revokes":"x",  "known":"2016-09-23","kind":"revocation" }\r\n'
    path.write_bytes(mine)
    JsonlLog(path).append([ONE], None)
    assert path.read_bytes() == mine + line(ONE)
    assert JsonlLog(path).head() == chain([revocation("mine"), ONE])


@pytest.mark.parametrize("name", ["Höljes 2016 – 世界.jsonl", r"C:\logs\2016.jsonl", "no suffix", "-x.jsonl"])
def test_any_file_name_will_do(tmp_path, name):
    log = JsonlLog(str(tmp_path / name))
    log.append([ONE], EMPTY)
    assert log.read() == (ONE,)
    assert {file.name for file in tmp_path.iterdir()} >= {name}


def test_events_are_located(path):
    path.write_bytes(line(ONE, TWO))
    found = located(str(path))
    assert found.events == (ONE, TWO)
    assert found.line_of == {"one": 1, "two": 2}


def test_an_empty_file_is_an_empty_log(path):
    path.touch()
    assert JsonlLog(path).read() == ()
    assert JsonlLog(path).head() == EMPTY
    assert JsonlLog(path).append([ONE], EMPTY) == chain([ONE])


def test_a_long_line_is_a_line(path):
    long = revocation("long", revokes="x" * 3_000_000)
    head = JsonlLog(path).append([long, ONE], None)
    assert JsonlLog(path).read() == (long, ONE)
    assert JsonlLog(path).head() == head


def test_windows_line_ends_are_read(path):
    path.write_bytes(line(ONE, TWO).replace(b"\n", b"\r\n"))
    assert JsonlLog(path).read() == (ONE, TWO)
    assert JsonlLog(path).head() == chain([ONE, TWO])


def test_what_is_to_be_appended_need_not_end_its_last_line():
    assert parse(line(ONE, TWO), "-", log=False).events == (ONE, TWO)
    assert parse(line(ONE, TWO)[:-1], "-", log=False).events == (ONE, TWO)
    assert parse(b"", "-", log=False).events == ()


# --- what cannot be read ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("second", "message"),
    [
        (b"", "2: is an empty line; remove it"),
        (b"  \r", "2: is an empty line; remove it"),
        (b"{kind}", "2: is not JSON: "),
        (b"[1]", "2: an event is a JSON object, not a list"),
        (b"7", "2: an event is a JSON object, not a number"),
        (b'{"kind": "h\xffi"}', "2: is not UTF-8: byte 12 of the line is 0xff"),
        (b'{"kind": "revokation"}', "2: kind: unknown kind 'revokation'; did you mean revocation?"),
        (canonical(ONE), "2: id: 'one' is the id of line 1 already"),
        (b'{"kind":"revocation","id":"x","revokes":"a","revokes":"b"}', "2: revokes: is given 2 times"),
        (b'{"kind":"revocation","id":"x","revokes" :"a","known":"2016","revokes":"b"}', "2: revokes: is given 2 times"),
        (b'{"kind":"revocation","id":"x","id" :"x","known":"2016-09-23","note":["a"]}', "2: id: is given 2 times"),
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_read(path, second, message):
    path.write_bytes(line(ONE) + second + b"\n" + line(TWO))
    (said,) = says(JsonlLog(path).read)
    assert said.startswith(f"{path}:{message}")


def test_texts_may_look_like_keys(path):
    odd = revocation("odd", revokes='"a":"b","a" :"c"\t:\r:')
    path.write_bytes(line(odd))
    assert JsonlLog(path).read() == (odd,)


@FRESH
@given(events())
def test_no_event_is_taken_for_one_with_keys_given_twice(event):
    assert parse(line(event), "log").events == (event,)
    spaced = json.dumps(json.loads(canonical(event)), separators=(" ,\t", " \t:\r"))
    assert parse(spaced.encode() + b"\n", "log").events == (event,)


def test_all_mistakes_of_a_file_are_said_at_once(path):
    path.write_bytes(b"x\n" + line(ONE) + b'{"kind":"revocation"}\n\n' + line(ONE) + b"torn")
    said = [message.removeprefix(f"{path}:") for message in says(JsonlLog(path).read)]
    assert [message.split(": ")[:2] for message in said] == [
        ["1", "is not JSON"],
        ["3", "id"],
        ["3", "known"],
        ["3", "revokes"],
        ["4", "is an empty line; remove it"],
        ["5", "id"],
        ["6", "the last line is torn"],
    ]


def test_of_very_many_mistakes_the_first_are_shown_and_the_rest_counted(path):
    path.write_bytes(b"x\n" * 60)
    said = says(JsonlLog(path).read)
    assert len(said) == 50 + 1
    assert said[-1] == f"{path}: ... and 10 more"


def test_a_byte_order_mark_is_said_with_what_else_is_wrong(path):
    path.write_bytes(b"\xef\xbb\xbf" + line(ONE) + b"\n")
    first, second = says(JsonlLog(path).read)
    assert first == f"{path}:1: begins with a byte order mark; save the file as UTF-8 without one (no BOM)"
    assert second == f"{path}:2: is an empty line; remove it"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_is_said_once(path, encoding):
    path.write_bytes("\ufeff{}\n{}\n".encode(encoding))
    assert says(JsonlLog(path).read) == [f"{path}:1: is UTF-16; save it as UTF-8"]


def test_no_such_file(log, path):
    missing = path.with_name("2061.jsonl")
    assert says(JsonlLog(missing).read) == [f"{missing}: there is no such file; did you mean 2016.jsonl?"]
    assert says(repair, missing) == [f"{missing}: there is no such file; did you mean 2016.jsonl?"]
    assert not missing.with_name("2061.jsonl.lock").exists()


def test_no_such_folder(tmp_path):
    missing = tmp_path / "events" / "2016.jsonl"
    assert says(JsonlLog(missing).read) == [f"{missing}: there is no folder {missing.parent}"]
    assert says(JsonlLog(missing).append, [ONE], None) == [f"{missing}: there is no folder {missing.parent}"]
    assert not missing.parent.exists()


def test_a_folder_is_not_a_log(tmp_path):
    assert says(JsonlLog(tmp_path).read) == [f"{tmp_path}: is a folder, not a log"]


def test_a_file_that_may_not_be_read(path, monkeypatch):
    def refuse(self):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert says(JsonlLog(path).read) == [f"{path}: cannot be read: Permission denied"]


# --- torn lines ------------------------------------------------------------------------------

LAST = revocation("last ü")


@pytest.mark.parametrize("kept", range(1, len(line(LAST))))
def test_a_last_line_torn_anywhere_is_refused_and_mended(path, kept):
    torn = line(LAST)[:kept]
    path.write_bytes(line(ONE) + torn)
    log = JsonlLog(path)
    (said,) = says(log.read)
    assert said.startswith(f"{path}:2: the last line ")
    assert said.endswith(f"; run: rxscore log repair {path}")
    assert says(log.append, [TWO], None) == [said]
    assert path.read_bytes() == line(ONE) + torn

    done = repair(path)
    assert done.torn == torn
    if kept == len(line(LAST)) - 1:
        assert done.kept is None
        assert log.read() == (ONE, LAST)
    else:
        assert done.kept == path.with_name("2016.jsonl.torn-1")
        assert done.kept.read_bytes() == torn
        assert path.read_bytes() == line(ONE)
    log.append([TWO], None)
    assert log.read()[-1] == TWO


def test_torn_lines_are_kept_apart(path):
    for number, torn in enumerate((b"a", b"b", b"c"), 1):
        path.write_bytes(line(ONE) + torn)
        assert repair(path) == Repaired(torn, path.with_name(f"2016.jsonl.torn-{number}"))
    assert [path.with_name(f"2016.jsonl.torn-{n}").read_bytes() for n in (1, 2, 3)] == [b"a", b"b", b"c"]


def test_a_log_of_one_torn_line(path):
    path.write_bytes(b'{"kind"')
    assert repair(path).torn == b'{"kind"'
    assert path.read_bytes() == b""


def test_nothing_torn_is_nothing_to_mend(log, path):
    assert repair(path) == Repaired(b"", None)
    assert path.read_bytes() == line(ONE, TWO)
    path.write_bytes(b"")
    assert repair(path) == Repaired(b"", None)


def test_mending_leaves_other_mistakes_alone(path):
    path.write_bytes(b"nonsense\n\ntorn")
    repair(path)
    assert path.read_bytes() == b"nonsense\n\n"


def test_a_line_that_is_just_being_written_is_waited_for(log, path, monkeypatch):
    path.write_bytes(line(ONE, TWO) + line(THREE)[:-5])
    monkeypatch.setattr(jsonl.time, "sleep", lambda _: path.write_bytes(line(ONE, TWO, THREE)))
    assert log.read() == (ONE, TWO, THREE)


# --- what cannot be written ------------------------------------------------------------------


def test_a_repeated_id_is_said_with_both_lines(log, path):
    assert says(log.append, [THREE, revocation("two", revokes="y")], None) == [
        f"{path}:2: id: 'two' is this line's already, and again line 2's of what is to be appended"
    ]


def refusing(flags_refused, number, message):
    """As os.open, but files are not opened for ``flags_refused``."""
    real = os.open

    def opened(path, flags, *more, **named):
        if flags & flags_refused == flags_refused and "lock" not in str(path):
            raise OSError(number, message)
        return real(path, flags, *more, **named)

    return opened


def test_a_file_that_may_not_be_written(log, path, monkeypatch):
    monkeypatch.setattr(os, "open", refusing(os.O_APPEND, errno.EACCES, "Permission denied"))
    assert says(log.append, [THREE], None) == [f"{path}: cannot be written: Permission denied"]
    assert path.read_bytes() == line(ONE, TWO)


def test_a_folder_that_may_not_be_written(path, monkeypatch):
    def refuse(*_):
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(filelock.FileLock, "acquire", refuse)
    assert says(JsonlLog(path).append, [ONE], None) == [f"{path}: cannot be written: Read-only file system"]
    assert not path.exists()


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="nothing stops root")
def test_a_folder_that_really_may_not_be_written(tmp_path, path):
    tmp_path.chmod(0o500)
    assert says(JsonlLog(path).append, [ONE], None) == [f"{path}: cannot be written: Permission denied"]
    tmp_path.chmod(0o700)
    assert not path.exists()


@pytest.mark.parametrize("there", [(), (ONE,)])
def test_a_full_disk_leaves_the_log_as_it_was(path, monkeypatch, there):
    log = JsonlLog(path)
    head = log.append(there, EMPTY)
    before = path.read_bytes() if there else None
    real = os.write

    goes = iter([10, 10])

    def full(file, data):
        for size in goes:
            return real(file, data[:size])
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "write", full)
        assert says(log.append, [TWO], None) == [f"{path}: cannot be written: No space left on device"]
    assert (path.read_bytes() if path.exists() else None) == before
    assert log.append([TWO], head) == chain([*there, TWO])


def test_a_write_that_takes_several_goes_is_whole(path, monkeypatch):
    real = os.write
    monkeypatch.setattr(os, "write", lambda file, data: real(file, data[:7]))
    JsonlLog(path).append([ONE, TWO], None)
    assert path.read_bytes() == line(ONE, TWO)


def test_what_is_written_is_on_the_disk_before_the_head_is_returned(path, monkeypatch):
    synced = []
    real = os.fsync
    monkeypatch.setattr(os, "fsync", lambda file: synced.append(os.fstat(file).st_mode) or real(file))
    JsonlLog(path).append([ONE], None)
    assert len(synced) == 2  # the file, and the folder that has a new name in it
    JsonlLog(path).append([TWO], None)
    assert len(synced) == 3


def test_where_folders_cannot_be_opened_only_the_file_is_synced(path, monkeypatch):
    monkeypatch.delattr(os, "O_DIRECTORY", raising=False)
    JsonlLog(path).append([ONE], None)
    assert JsonlLog(path).read() == (ONE,)


def test_another_writer_is_waited_for_but_not_forever(log, path, monkeypatch):
    monkeypatch.setattr(jsonl, "WAIT", 0.05)
    with filelock.FileLock(path.with_name("2016.jsonl.lock")):
        (said,) = says(log.append, [THREE], None)
        assert said.startswith(f"{path}: somebody else has been writing to it for 0.05 seconds (lock: ")
        assert log.read() == (ONE, TWO), "readers are not blocked"
    log.append([THREE], None)


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_two_names_of_a_file_have_one_lock(log, path, monkeypatch):
    link = path.with_name("link.jsonl")
    link.symlink_to(path)
    monkeypatch.setattr(jsonl, "WAIT", 0.05)
    with filelock.FileLock(path.with_name("2016.jsonl.lock")):
        assert "somebody else" in says(JsonlLog(link).append, [THREE], None)[0]
    JsonlLog(link).append([THREE], None)
    assert log.read() == (ONE, TWO, THREE)
    assert link.is_symlink()


# --- many writers ----------------------------------------------------------------------------

WRITERS = 3


def test_writers_at_the_same_time_lose_nothing_and_do_not_interleave(path):
    path.touch()
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=log_writer.write, args=(path, name)) for name in range(WRITERS)]
    for writer in writers:
        writer.start()
    seen = 0
    while any(writer.is_alive() for writer in writers):
        now = len(JsonlLog(path).read())  # a reader never sees half a line, and never less than before
        assert now >= seen
        seen = now
    for writer in writers:
        writer.join()
        assert writer.exitcode == 0
    ids = [event.id for event in JsonlLog(path).read()]
    assert len(ids) == WRITERS * log_writer.EACH * 3
    batches = [ids[start : start + 3] for start in range(0, len(ids), 3)]
    assert all([id_[:-2] for id_ in batch] == [batch[0][:-2]] * 3 for batch in batches)
    for name in range(WRITERS):
        own = [batch[0] for batch in batches if batch[0].startswith(f"{name}-")]
        assert own == [f"{name}-{number}-a" for number in range(log_writer.EACH)]


@FRESH
@given(st.binary())
def test_any_bytes_are_read_or_refused(data):
    with contextlib.suppress(UserError):
        parse(data, "log")
