"""Pixel files on disk: read with bounds, written whole or not at all."""

import errno
import os
import stat

from pixel_llm.core import png
from pixel_llm.core.errors import PxiError

MAX_IMAGE_FILE_BYTES = 16 << 20

_PREFIX = ".pixel-llm-"
_SUFFIX = ".tmp"

_counter = 0
_writing = set()  # to look at the locks of these would give them up, as POSIX has it
_cleaned = set()


def read(path, max_bytes=MAX_IMAGE_FILE_BYTES):
    """The bytes of a regular file."""
    name = os.fspath(path)
    try:
        status = os.stat(name)
        if stat.S_ISDIR(status.st_mode):
            raise _unreadable(name, "a directory", "Name a file in it.")
        if not stat.S_ISREG(status.st_mode):
            # Opening a pipe would wait for a writer, perhaps for ever.
            raise _unreadable(name, "not a regular file, but a pipe, socket or device", "Save the bytes to a file first.")
        with open(name, "rb") as file:
            data = file.read(max_bytes + 1)
    except OSError as e:
        raise _unreadable(name, *_why_unreadable(name, e)) from e
    if len(data) > max_bytes:
        if not data.startswith(png.SIGNATURE):
            from pixel_llm.core import look

            raise PxiError(name, "byte 0", "a PNG image", *look.describe(data))
        size = max(status.st_size, len(data))
        raise PxiError(
            name,
            "file",
            f"at most {max_bytes} bytes",
            f"{size} bytes, over the limit",
            "Is this the file you meant? A file this large is not read here.")
    return data


def _unreadable(name, found, remedy):
    return PxiError(name, "file", "a file that can be read", found, remedy)


def _why_unreadable(name, e):
    if e.errno in (errno.ENOENT, errno.ENOTDIR):
        if os.path.islink(name):
            return "a link to a file that does not exist", "Make the link point at the file."
        return "no such file", "Check the name and the folder."
    if e.errno in (errno.EACCES, errno.EPERM):
        return "no permission to read it", "Grant read permission on the file and its folders."
    if e.errno == errno.ELOOP:
        return "a loop of links", "Make the link point at a file."
    return e.strerror or str(e), "Check the name, and that the disk and folder can be read."


def write(path, data):
    """Writes a file beside its place and renames it: a reader sees the old file or the new one, nothing between.

    Missing folders are made. A link is followed: what it points at is replaced. A device or pipe is written to directly.
    Raises OSError with one sentence that names the file, what went wrong and what to do.
    """
    name = os.fspath(path)
    try:
        _write(name, data)
    except OSError as e:
        raise OSError(e.errno, _why_unwritable(e), name) from e


def _write(name, data):
    target = os.path.realpath(name)
    try:
        present = os.stat(target)
        mode = present.st_mode
    except FileNotFoundError:
        present = mode = None
    if mode is not None and stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, "")
    if mode is not None and not stat.S_ISREG(mode):
        with open(target, "wb") as device:
            device.write(data)
        return
    if mode is not None and not os.access(target, os.W_OK):
        # A rename would get past the permission of the file itself.
        raise PermissionError(errno.EACCES, "")
    folder = os.path.dirname(target)
    os.makedirs(folder, exist_ok=True)
    if folder not in _cleaned:
        _cleaned.add(folder)
        remove_unfinished(folder)
    beside, file = _temporary(folder, present)
    try:
        # Locked until it is in its place: whoever finds such a file without a lock removes it.
        with file:
            file.write(data)
            file.flush()
            if present is not None:
                _keep_owner_and_mode(beside, present)
            os.replace(beside, target)
    except OSError:
        _remove(beside)
        raise
    finally:
        _writing.discard(beside)


def remove_unfinished(folder):
    """Removes the temporary files of writers that were killed; those that are being written are locked and stay."""
    try:
        import fcntl

        names = os.listdir(folder)
    except (ImportError, OSError):
        return
    for name in names:
        file = os.path.join(folder, name)
        if not (name.startswith(_PREFIX) and name.endswith(_SUFFIX)) or file in _writing:
            continue
        try:
            if not stat.S_ISREG(os.lstat(file).st_mode):
                continue
            with open(os.open(file, os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0)), "wb") as left:
                fcntl.lockf(left, fcntl.LOCK_EX | fcntl.LOCK_NB)
                os.remove(file)
        except OSError:
            pass  # locked by its writer, or another user's


def _temporary(folder, present):
    """A new, locked file in a folder, and its name; nobody else may read it where it is to replace a file."""
    global _counter
    while True:
        _counter += 1
        beside = os.path.join(folder, f"{_PREFIX}{os.getpid():x}-{_counter}-{os.urandom(4).hex()}{_SUFFIX}")
        _writing.add(beside)
        # Made anew or not at all: a name that another process has hit on is not ours to write.
        descriptor = os.open(
            beside,
            os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0),
            0o666 if present is None else 0o600)
        file = open(descriptor, "wb")
        try:
            import fcntl

            fcntl.lockf(file, fcntl.LOCK_EX)
        except (ImportError, OSError):
            return beside, file  # a system without locks, where nobody looks for them either
        if os.path.exists(beside):
            return beside, file
        _writing.discard(beside)
        file.close()  # somebody has taken it for a left one before it was locked


def _keep_owner_and_mode(name, present):
    """The owner can be kept by root alone; a group that cannot be kept loses its permissions."""
    mode = stat.S_IMODE(present.st_mode)
    made = os.stat(name)
    if hasattr(os, "chown"):
        if made.st_gid != present.st_gid:
            try:
                os.chown(name, -1, present.st_gid)
            except OSError:
                mode &= ~0o070
        if made.st_uid != present.st_uid:
            try:
                os.chown(name, present.st_uid, -1)
            except OSError:
                pass
    os.chmod(name, mode)


def _remove(name):
    try:
        os.remove(name)
    except FileNotFoundError:
        pass


def _why_unwritable(e):
    if e.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        why, remedy = "no permission", "Choose another place, or grant write permission on the folder."
    elif e.errno in (errno.EEXIST, errno.ENOTDIR):
        why, remedy = "a file is where its path needs a folder", "Choose another place."
    elif e.errno == errno.EISDIR:
        why, remedy = "it is a directory", "Name a file in it."
    else:
        why, remedy = e.strerror or "the system gives no reason", "Choose another place, or make room there."
    return f"cannot be written: {why}. {remedy}"
