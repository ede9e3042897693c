"""The pool: each task once, whatever its workers do."""

import multiprocessing

from tests.cohort.misbehaving import work

from coherence.cohort.pool import Trouble, in_processes


def test_crashes_hangs_and_kills_cost_their_own_task_only(tmp_path):
    killed = f"once:{tmp_path / 'killed'}"
    tasks = ["a", "crash", killed, "hang", "b", "c"]
    done = {each.task: each for each in in_processes(work, tasks, 2, limit_s=4.0)}
    assert sorted(done) == sorted(tasks)
    assert {task: each.result for task, each in done.items()} == {
        "a": "A", "b": "B", "c": "C", killed: killed.upper(), "crash": None, "hang": None,
    }  # fmt: skip
    assert done["crash"].trouble is Trouble.CRASHED
    assert done["crash"].detail == "exit status 7"
    assert done["hang"].trouble is Trouble.TIME_LIMIT
    assert not multiprocessing.active_children()


def test_once_told_to_stop_nothing_new_is_begun():
    taken = []

    def tasks():
        for task in "abcdef":
            taken.append(task)
            yield task

    done = []
    for each in in_processes(work, tasks(), 1, limit_s=60.0, stopped=lambda: len(done) >= 2):
        done.append(each.task)
    assert done == ["a", "b"]
    assert taken == ["a", "b"]
    assert not multiprocessing.active_children()
