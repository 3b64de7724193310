"""Every run kept on disk: added, listed, read, pinned, deleted and put back, the oldest dropped beyond a bound.

The files are the truth. The index is a copy of their first lines that makes listing thousands of them instant; whatever
it lacks is read from the files again, so neither a lost line nor a second process can make the list wrong. Nothing
is locked: every file is written by one process only, under a name of its own.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Iterable, Sequence
from os.path import join

from mqassist.core.errors import UserError
from mqassist.core.record import as_plain, changed
from mqassist.core.runs import Keeping, KeptRun, KeptRuns
from mqassist.history import files
from mqassist.history.files import DAMAGED, DELETED, INDEX, NEW, PIN, RUN, SETTINGS, Damaged, Json, Newer

FORGOTTEN_AFTER_S = 3600.0
"""A deleted run can be put back this long, at most; a half-written file of a process that died is removed then."""
DAMAGED_KEPT = 20
LOOK_AT_SIZES_EVERY = 16
"""Counting names is cheap, asking each file's size is not: the byte bound is looked at once in so many runs."""
STALE_LINES = 100


class History:
    """One folder of runs. Safe to use from several threads and processes at once."""

    def __init__(self, folder: str) -> None:
        """Makes no folder; the first run does."""
        self.folder = folder

    # --- keeping

    def keeping(self) -> Keeping:
        """What was set; the defaults where nothing was, or where it cannot be read."""
        try:
            with open(join(self.folder, SETTINGS), encoding="utf-8") as file:
                found = json.load(file)
            on, runs, megabytes = found["on"], found["runs"], found["megabytes"]
        except (OSError, ValueError, KeyError, TypeError):
            return Keeping()
        if not isinstance(on, bool) or not all(type(bound) is int and bound > 0 for bound in (runs, megabytes)):
            return Keeping()
        return Keeping(on, runs, megabytes)

    def set_keeping(self, keeping: Keeping) -> None:
        """Raises UserError where it cannot be written."""
        try:
            files.make_private(self.folder)
            content = files.encoded({"format": files.FORMAT, **as_plain(keeping)})
            files.write_atomically(join(self.folder, SETTINGS), content + "\n")
        except OSError as error:
            raise files.cannot_write(error, self.folder) from error

    def add(self, head: KeptRun, document: str) -> None:
        """`document` is the report as one line of JSON, cleaned of secrets. Raises UserError if it cannot be written.

        The run is on disk when this returns; old ones beyond the bounds are gone.
        """
        self.make_folder()
        line = self._written(head, document, settled=True)
        self._list([line])
        self._bound(head.run)

    def add_one_of_many(self, head: KeptRun, document: str) -> str:
        """As `add`, into the folder that `make_folder` made; the disk is not waited for. To be listed by `settle`,
        with what this returns. Raises UserError."""
        return self._written(head, document, settled=False)

    def settle(self, lines: Sequence[str]) -> None:
        """Lists many that were added; old runs beyond the bounds are gone then."""
        self._list(lines)
        self.prune()

    def make_folder(self) -> None:
        """Raises UserError."""
        try:
            files.make_private(self.folder)
        except OSError as error:
            raise files.cannot_write(error, self.folder) from error

    def _written(self, head: KeptRun, document: str, *, settled: bool) -> str:
        line = files.head_line(head)
        try:
            files.write_atomically(join(self.folder, head.id + RUN), f"{line}\n{document}\n", settled)
        except OSError as error:
            raise files.cannot_write(error, self.folder) from error
        return line

    def _list(self, lines: Sequence[str]) -> None:
        with contextlib.suppress(OSError):  # without it the next list is slower, not wrong
            files.append_lines(join(self.folder, INDEX), lines)

    def _bound(self, run: str) -> None:
        keeping = self.keeping()
        if int(run[-1:] or "0", 16) % LOOK_AT_SIZES_EVERY == 0:
            self.prune(keeping)
            return
        try:
            names = set(os.listdir(self.folder))
        except OSError:
            return
        left = [name for name in names if files.is_run(name) and files.id_of(name) + PIN not in names]
        for name in sorted(left)[: max(0, len(left) - keeping.runs)]:
            self._unlink(name)

    def prune(self, keeping: Keeping | None = None) -> int:
        """Drops the oldest unpinned runs beyond the bounds, and what was deleted long ago; gives how many runs went."""
        keeping = keeping or self.keeping()
        names = self._scan()
        left = sorted(name for name in names if files.is_run(name) and files.id_of(name) + PIN not in names)
        sizes = {name: names[name] for name in left}
        count, total = len(left), sum(sizes.values())
        dropped = 0
        for name in left:
            if count - dropped <= keeping.runs and total <= keeping.megabytes * 1_000_000:
                break
            self._unlink(name)
            total -= sizes[name]
            dropped += 1
        self._tidy(names)
        return dropped

    def _tidy(self, names: Iterable[str]) -> None:
        old = time.time() - FORGOTTEN_AFTER_S
        for name in names:
            if name.endswith((DELETED, NEW)):
                with contextlib.suppress(OSError):
                    if os.stat(join(self.folder, name)).st_mtime < old:
                        self._unlink(name)
            elif name.endswith(PIN) and not os.path.exists(join(self.folder, name.removesuffix(PIN) + RUN)):
                self._unlink(name)
        for name in sorted(name for name in names if name.endswith(DAMAGED))[:-DAMAGED_KEPT]:
            self._unlink(name)

    def _unlink(self, name: str) -> None:
        with contextlib.suppress(OSError):  # another process was faster, or has it open on Windows
            os.unlink(join(self.folder, name))

    # --- reading

    def _scan(self) -> dict[str, int]:
        """Names and sizes in bytes; none if there is no folder yet."""
        found: dict[str, int] = {}
        try:
            with os.scandir(self.folder) as entries:
                for entry in entries:
                    with contextlib.suppress(OSError):  # it went meanwhile
                        found[entry.name] = entry.stat().st_size
        except OSError:
            return found
        return found

    def runs(self) -> KeptRuns:
        """All runs, newest first. Damaged files are set aside on the way; never raises."""
        names = self._scan()
        index = self._index()
        known = {found["id"]: found for found in index if isinstance(found, dict) and isinstance(found.get("id"), str)}
        found, damaged, newer, missing = [], [], 0, 0
        for name, size in names.items():
            if not files.is_run(name):
                continue
            run_id = files.id_of(name)
            pinned = run_id + PIN in names
            try:
                found.append(files.head_of(known.get(run_id), pinned=pinned, size=size))
                continue
            except (Damaged, Newer):
                missing += 1
            try:
                found.append(changed(files.read_head(self.folder, name), pinned=pinned, size=size))
            except Newer:
                newer += 1
            except Damaged:
                damaged.append(files.set_aside(self.folder, name))
            except OSError:
                continue  # it went meanwhile
        if missing > newer or len(index) > len(found) + STALE_LINES:
            self._write_index(found)
        damaged += [join(self.folder, name) for name in names if name.endswith(DAMAGED)]
        found.sort(key=lambda run: run.id, reverse=True)
        return KeptRuns(tuple(found), tuple(dict.fromkeys(damaged)), newer)

    def _index(self) -> list[object]:
        """What its lines say; one that cannot be read is as good as none."""
        try:
            with open(join(self.folder, INDEX), "rb") as file:
                return files.parsed_lines(file.read())
        except OSError:
            return []

    def _write_index(self, runs: Iterable[KeptRun]) -> None:
        with contextlib.suppress(OSError):  # without it the next list is slower, not wrong
            files.write_atomically(join(self.folder, INDEX), "".join(files.head_line(run) + "\n" for run in runs))

    def find(self, word: str) -> KeptRun:
        """By run id, a unique beginning of one, the whole id, or "last". Raises UserError."""
        runs = self.runs().runs
        if word == "last":
            if not runs:
                raise UserError("history.empty", "no run is kept yet")
            return runs[0]
        exact = [run for run in runs if word in (run.run, run.id)]
        found = exact or [run for run in runs if word and run.run.startswith(word.lower())]
        if not found:
            raise UserError("history.unknown", f"no run {word} is kept", run=word)
        if len(found) > 1:
            raise UserError("history.ambiguous", f"{word} begins several run ids", run=word, count=len(found))
        return found[0]

    def document(self, run_id: str) -> Json:
        """The report of that id as JSON. Raises UserError; a damaged file is set aside."""
        name = run_id + RUN
        try:
            return files.read_document(self.folder, name)
        except Newer:
            raise UserError("history.newer", "a newer version wrote this run", run=run_id) from None
        except Damaged:
            aside = files.set_aside(self.folder, name)
            raise UserError("history.damaged", f"damaged, set aside as {aside}", file=aside) from None
        except OSError:
            raise UserError("history.unknown", f"no run {run_id} is kept", run=run_id) from None

    # --- what people do with them

    def pin(self, run_id: str, pinned: bool) -> None:
        """A pinned run is never dropped for its age. Raises UserError."""
        path = join(self.folder, run_id + PIN)
        if not pinned:
            self._unlink(run_id + PIN)
            return
        if not os.path.exists(join(self.folder, run_id + RUN)):
            raise UserError("history.unknown", f"no run {run_id} is kept", run=run_id)
        try:
            files.write_atomically(path, "")
        except OSError as error:
            raise files.cannot_write(error, self.folder) from error

    def delete(self, run_ids: Iterable[str]) -> tuple[str, ...]:
        """Out of the list at once; gives the ids that were there. `restore` brings them back, `forget` does not wait
        for their hour. Raises UserError."""
        gone = []
        for run_id in run_ids:
            path = join(self.folder, run_id + RUN)
            try:
                os.replace(path, path + DELETED)
                os.utime(path + DELETED)
            except FileNotFoundError:
                continue
            except OSError as error:
                raise files.cannot_write(error, self.folder) from error
            gone.append(run_id)
        return tuple(gone)

    def restore(self, run_ids: Iterable[str]) -> tuple[str, ...]:
        """Deleted runs back into the list; gives the ids that could be brought back."""
        back = []
        for run_id in run_ids:
            path = join(self.folder, run_id + RUN)
            with contextlib.suppress(OSError):
                os.replace(path + DELETED, path)
                back.append(run_id)
        return tuple(back)

    def forget(self, run_ids: Iterable[str]) -> None:
        """What was deleted goes for good, its pin too."""
        for run_id in run_ids:
            self._unlink(run_id + RUN + DELETED)
            self._unlink(run_id + PIN)
