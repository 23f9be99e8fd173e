"""What the child that reads strange files may not do: much memory, much time, files, the network, other programs.

Memory, time and files are limited by the kernel. The network is taken by a namespace of its own, in which there
is nothing, where the kernel grants one to us (Linux with rights or with user namespaces). Elsewhere Python itself
refuses sockets and programs: enough against a file that tricks a reader into fetching, not against one that takes
over native code of a library. docs/operations.md says how to see which of the two holds.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
from typing import Any, Final

LIMIT_MEMORY: Final = 1024**3
LIMIT_CPU_SECONDS: Final = 60
LIMIT_OPEN_FILES: Final = 24

_CLONE_NEWUSER: Final = 0x10000000
_CLONE_NEWNET: Final = 0x40000000
_PR_SET_PDEATHSIG: Final = 1
_PR_SET_NO_NEW_PRIVS: Final = 38
# what Python's own eyes (PEP 578) refuse from here on
_REFUSED: Final = (
    "socket.", "subprocess.", "webbrowser.", "shutil.", "os.system", "os.exec", "os.posix_spawn", "os.fork",
    "os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate", "os.chmod", "os.chown",
)  # fmt: skip
_WRITING: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


def close() -> None:
    """Take memory, computing time, the making of files, the network and other programs from this process."""
    for what, most in (
        (resource.RLIMIT_AS, LIMIT_MEMORY),
        (resource.RLIMIT_CPU, LIMIT_CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    if sys.platform == "linux":
        _leave_the_network()
    _lower(resource.RLIMIT_NOFILE, LIMIT_OPEN_FILES)
    sys.addaudithook(_refuse)


def allow_seconds(seconds: int) -> None:
    """Lower the computing time to what a file of a known kind may take."""
    _lower(resource.RLIMIT_CPU, seconds)


def _lower(what: int, most: int) -> None:
    soft, hard = resource.getrlimit(what)
    least = min([most, *(limit for limit in (soft, hard) if limit != resource.RLIM_INFINITY)])
    resource.setrlimit(what, (least, least))


def _leave_the_network() -> None:
    """End with the parent, gain no rights, and stand in a network of our own in which there is nothing."""
    kernel = ctypes.CDLL(None, use_errno=True)
    kernel.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    kernel.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if kernel.unshare(_CLONE_NEWNET) != 0:
        kernel.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)  # refused here too: Python's refusal remains


def _refuse(event: str, args: tuple[Any, ...]) -> None:
    is_writing = event == "open" and isinstance(args[2], int) and args[2] & _WRITING
    if is_writing or event.startswith(_REFUSED):
        raise PermissionError(f"{event} is not for the reader of a strange file")
