import os
import stat
import unittest

from pixel_llm.core import files
from pixel_llm.core.errors import PxiError
from pixel_llm.core.pixel_io import pixel_decode_tokens, pixel_encode_tokens
from pixel_llm.tests.cases import FolderCase

ROOT_USER = hasattr(os, "geteuid") and os.geteuid() == 0


class ReadTest(FolderCase):
    def test_places_that_are_no_file_are_named(self):
        os.mkfifo(self.path("pipe.pxi"))
        os.symlink("nowhere", self.path("dangling.pxi"))
        os.symlink("loop.pxi", self.path("loop.pxi"))
        for name, word in (
                ("none.pxi", "no such file"),
                (".", "a directory"),
                ("pipe.pxi", "not a regular file"),
                ("dangling.pxi", "a link to a file that does not exist"),
                ("loop.pxi", "a loop of links")):
            path = self.path(name)
            self.assert_refused([path, word], pixel_decode_tokens, path)

    @unittest.skipIf(ROOT_USER, "root may read everything")
    def test_a_file_that_may_not_be_read_is_named(self):
        path = self.put(b"x")
        os.chmod(path, 0)
        self.assert_refused(["no permission"], pixel_decode_tokens, path)

    def test_a_huge_file_is_refused_by_its_size(self):
        path = self.put(b"\x89PNG\r\n\x1a\n")
        os.truncate(path, 1 << 40)
        self.assert_refused(["at most 16777216 bytes", "1099511627776 bytes"], pixel_decode_tokens, path)
        os.truncate(path, 0)
        os.truncate(path, 1 << 40)
        self.assert_refused(["a PNG image", "unknown data"], pixel_decode_tokens, path)

    def test_an_error_travels_between_processes(self):
        import pickle

        error = pickle.loads(pickle.dumps(PxiError("a.pxi", "file", "this", "that", "Do so.")))
        self.assertEqual(str(error), "a.pxi: file: expected this, found that. Do so.")
        self.assertEqual(error.found, "that")


class WriteTest(FolderCase):
    def names(self):
        return sorted(os.listdir(self.folder))

    def test_folders_are_made_and_nothing_else_is_left(self):
        pixel_encode_tokens("a", self.path("new", "folder", "tokens.pxi"))
        self.assertEqual(pixel_decode_tokens(self.path("new", "folder", "tokens.pxi")).tolist(), [97])
        self.assertEqual(os.listdir(self.path("new", "folder")), ["tokens.pxi"])

    def test_what_only_its_owner_may_read_is_so_while_it_is_replaced(self):
        path = self.path("secret.pxi")
        pixel_encode_tokens("old", path)
        seen = []
        replace = os.replace

        def looking(beside, target):
            seen.append(stat.S_IMODE(os.stat(beside).st_mode))
            replace(beside, target)

        made = []
        opened = os.open

        def opening(name, flags, mode=0o777, **rest):
            descriptor = opened(name, flags, mode, **rest)
            if flags & os.O_CREAT:
                made.append(stat.S_IMODE(os.fstat(descriptor).st_mode))
            return descriptor

        self.addCleanup(setattr, os, "replace", replace)
        self.addCleanup(setattr, os, "open", opened)
        os.replace, os.open = looking, opening
        for mode in (0o600, 0o640, 0o666):
            os.chmod(path, mode)
            pixel_encode_tokens("new", path)
            self.assertEqual((made.pop(), seen.pop()), (0o600, mode))
            self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), mode)

    @unittest.skipUnless(ROOT_USER, "only root gives files away")
    def test_owner_and_group_stay(self):
        path = self.path("theirs.pxi")
        pixel_encode_tokens("old", path)
        os.chown(path, 12345, 12346)
        pixel_encode_tokens("new", path)
        status = os.stat(path)
        self.assertEqual((status.st_uid, status.st_gid), (12345, 12346))

    def test_what_a_killed_writer_left_is_removed_and_what_is_written_stays(self):
        import subprocess
        import sys

        locked = self.path(".pixel-llm-1-1.tmp")
        writer = subprocess.Popen(
            [sys.executable, "-c",
             "import fcntl, sys; f = open(sys.argv[1], 'w'); fcntl.lockf(f, fcntl.LOCK_EX); print(flush=True); input()",
             locked], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        try:
            writer.stdout.readline()
            self.put(b"half", ".pixel-llm-1-2.tmp")
            pixel_encode_tokens("a", self.path("a.pxi"))
            self.assertEqual(self.names(), [".pixel-llm-1-1.tmp", "a.pxi"])
        finally:
            writer.communicate(b"\n")
        files.remove_unfinished(self.folder)
        self.assertEqual(self.names(), ["a.pxi"])

    def test_a_reader_sees_the_old_file_or_the_new_one(self):
        path = self.path("tokens.pxi")
        pixel_encode_tokens("old", path)
        with open(path, "rb") as old:
            pixel_encode_tokens("new", path)
            before = old.read()
        self.assertNotEqual(before, self.bytes_of(path))
        self.assertTrue(before.startswith(b"\x89PNG"))

    def test_a_failed_write_leaves_the_old_file_and_nothing_else(self):
        path = self.put(b"old", "tokens.pxi")
        real = os.replace
        self.addCleanup(setattr, os, "replace", real)

        def fails(source, target):
            raise OSError(28, "No space left on device")

        os.replace = fails
        with self.assertRaises(OSError) as failed:
            pixel_encode_tokens("new", path)
        self.assertIn("cannot be written: No space left on device", str(failed.exception))
        self.assertIn(path, str(failed.exception))
        self.assertEqual((self.names(), self.bytes_of(path)), (["tokens.pxi"], b"old"))

    def test_a_link_is_followed_and_permissions_stay(self):
        target = self.put(b"old", "target.pxi")
        os.chmod(target, 0o640)
        os.symlink("target.pxi", self.path("link.pxi"))
        pixel_encode_tokens("a", self.path("link.pxi"))
        self.assertTrue(os.path.islink(self.path("link.pxi")))
        self.assertEqual(pixel_decode_tokens(target).tolist(), [97])
        self.assertEqual(stat.S_IMODE(os.stat(target).st_mode), 0o640)

    def test_places_that_cannot_be_written_are_named(self):
        self.put(b"file", "file")
        for name, word in ((".", "it is a directory"), ("file/tokens.pxi", "a file is where its path needs a folder")):
            with self.assertRaises(OSError) as failed:
                files.write(self.path(name), b"x")
            self.assertIn(word, str(failed.exception))
        self.assertEqual(self.names(), ["file"])

    def test_a_device_is_written_to(self):
        files.write("/dev/null", b"x")
        self.assertTrue(stat.S_ISCHR(os.stat("/dev/null").st_mode))


if __name__ == "__main__":
    unittest.main()
