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
