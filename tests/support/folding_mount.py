"""A FUSE file system that shows a directory and takes several spellings for one name.

Usage: folding_mount.py case|form|both|late|stale DIRECTORY MOUNT_POINT

"case" keeps names as they are written and finds them whatever their case, as exFAT and APFS do;
"form" keeps names decomposed and minds their case, as HFSX does; "both" does both, as HFS+ does.
"late" is "case", and lists no name for five seconds after something was renamed to it: POSIX leaves
open whether a listing sees what changes meanwhile.
"stale" is "case", and Linux goes on taking for there what it has seen within the last minute: it
forgets a name that is removed, and not the other spellings by which it was looked up.
"""

import os
import sys
import time
import unicodedata

from fusepy import FUSE, FuseOSError, Operations

folds, below, mount_point = sys.argv[1:]
hidden = {}
seconds = 1
if folds == "late":
    folds, hidden = "case", {"": 0}
if folds == "stale":
    folds, seconds = "case", 60


def fold(name):
    form = unicodedata.normalize("NFD", name) if folds != "case" else name
    return form if folds == "form" else form.casefold()


class Folding(Operations):
    use_ns = True

    def real(self, path):
        """The path of what is there by some spelling, else of what may come to be there."""
        found = below
        for name in path.strip("/").split("/"):
            if name == "":
                continue
            wanted = fold(name)
            try:
                there = next((one for one in os.listdir(found) if fold(one) == wanted), None)
            except OSError:
                there = None
            kept = name if folds == "case" else unicodedata.normalize("NFD", name)
            found = os.path.join(found, there or kept)
        return found

    def __call__(self, operation, path, *args):
        try:
            return super().__call__(operation, path, *args)
        except OSError as error:
            raise FuseOSError(error.errno) from None

    def getattr(self, path, handle=None):
        stat = os.lstat(self.real(path))
        numbers = ("st_mode", "st_uid", "st_gid", "st_size", "st_nlink", "st_ino", "st_blocks")
        times = ("st_mtime", "st_atime", "st_ctime")
        return {
            **{key: getattr(stat, key) for key in numbers},
            **{key: getattr(stat, f"{key}_ns") for key in times},
        }

    def readdir(self, path, handle):
        now = time.monotonic()
        real = self.real(path)
        names = [name for name in os.listdir(real) if hidden.get((real, fold(name)), 0) < now]
        return [".", "..", *names]

    def readlink(self, path):
        return os.readlink(self.real(path))

    def create(self, path, mode, info=None):
        return os.open(self.real(path), os.O_RDWR | os.O_CREAT | os.O_EXCL, mode)

    def open(self, path, flags):
        return os.open(self.real(path), flags & ~(os.O_CREAT | os.O_EXCL))

    def read(self, path, size, offset, handle):
        return os.pread(handle, size, offset)

    def write(self, path, data, offset, handle):
        return os.pwrite(handle, data, offset)

    def truncate(self, path, length, handle=None):
        os.truncate(self.real(path), length)

    def release(self, path, handle):
        os.close(handle)

    def mkdir(self, path, mode):
        os.mkdir(self.real(path), mode)

    def rmdir(self, path):
        os.rmdir(self.real(path))

    def unlink(self, path):
        os.unlink(self.real(path))

    def rename(self, old, new):
        os.rename(self.real(old), self.real(new))
        if hidden:
            directory, name = os.path.split(self.real(new))
            hidden[directory, fold(name)] = time.monotonic() + 5

    def symlink(self, path, target):
        os.symlink(target, self.real(path))

    def link(self, path, target):
        os.link(self.real(target), self.real(path))

    def chmod(self, path, mode):
        os.chmod(self.real(path), mode)

    def chown(self, path, uid, gid):
        os.chown(self.real(path), uid, gid, follow_symlinks=False)

    def utimens(self, path, times=None):
        os.utime(self.real(path), ns=times, follow_symlinks=False)


os.umask(0)
FUSE(
    Folding(),
    mount_point,
    foreground=True,
    nothreads=True,
    allow_other=True,
    entry_timeout=seconds,
    attr_timeout=seconds,
)
