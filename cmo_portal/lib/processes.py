"""Keeps named child processes alive while this process lives, and leaves none behind when it ends or is killed."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

PR_SET_PDEATHSIG = 1  # linux/prctl.h
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0  # seconds before a dead child is started again
STEADY_AFTER = 60.0  # a child that lived this long starts afresh in the back-off


def die_with_parent(parent: int, signum: int) -> None:
    """Ask the kernel to send `signum` to this process when the process `parent` ends, however it ends.

    Linux only; elsewhere nothing happens. Call it in the child, straight after the fork.
    """
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, int(signum), 0, 0, 0)
    if os.getppid() != parent:  # it ended before the kernel was asked
        os.kill(os.getpid(), signum)


@dataclass(frozen=True)
class Program:
    """A command to keep running, and the signal it gets should its supervisor be killed."""

    command: Sequence[str]
    last_signal: int = signal.SIGKILL


@dataclass
class Child:
    """One program with its process of the moment."""

    name: str
    program: Program
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    pause: float = FIRST_PAUSE
    due_at: float = 0.0

    def start(self, folder: Path, variables: Mapping[str, str], now: float) -> None:
        supervisor = os.getpid()

        def prepare() -> None:
            die_with_parent(supervisor, self.program.last_signal)

        # A session of its own: Ctrl-C in the terminal reaches the supervisor alone, which then stops all in order.
        self.process = subprocess.Popen(
            list(self.program.command), cwd=folder, env=dict(variables), start_new_session=True, preexec_fn=prepare
        )
        self.started_at = now

    def bury(self, now: float) -> str:
        """Forget the dead process, decide when to start again, and say so."""
        assert self.process is not None  # noqa: S101 (for the type checker)
        if now - self.started_at > STEADY_AFTER:
            self.pause = FIRST_PAUSE
        self.due_at = now + self.pause
        sentence = f"{self.name} ended (exit {self.process.returncode}); it starts again in {self.pause:g} s."
        self.kill_group()
        self.process = None
        self.pause = min(self.pause * 2, LONGEST_PAUSE)
        return sentence

    def signal_group(self, signum: int) -> None:
        if self.process is not None:
            try:
                os.killpg(self.process.pid, signum)
            except (ProcessLookupError, PermissionError):
                return

    def kill_group(self) -> None:
        """End what a dead or stubborn child may have left in its session."""
        self.signal_group(signal.SIGKILL)


@dataclass
class Supervisor:
    """Runs programs side by side; call `start`, then `look_after` again and again, then `stop`."""

    programs: Mapping[str, Program]
    folder: Path
    variables: Mapping[str, str]
    say: Callable[[str], None]
    clock: Callable[[], float] = time.monotonic
    children: list[Child] = field(default_factory=list)

    def start(self) -> None:
        self.children = [Child(name, program) for name, program in self.programs.items()]
        self.look_after()

    def look_after(self) -> None:
        """Notice children that died, and start those whose pause is over."""
        now = self.clock()
        for child in self.children:
            if child.process is not None and child.process.poll() is not None:
                self.say(child.bury(now))
            if child.process is None and now >= child.due_at:
                child.start(self.folder, self.variables, now)

    def stop(self, patience: float) -> None:
        """Ask every child to end, and after `patience` seconds make it."""
        running = [(child, child.process) for child in self.children if child.process is not None]
        for _, process in running:
            process.terminate()
        give_up_at = self.clock() + patience
        for child, process in running:
            try:
                process.wait(max(0.0, give_up_at - self.clock()))
            except subprocess.TimeoutExpired:
                self.say(f"{child.name} did not end in time and was killed.")
            child.kill_group()
            process.wait()
