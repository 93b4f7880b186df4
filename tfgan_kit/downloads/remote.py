"""A published file: where it is, and how to tell it from a damaged or another one."""

import hashlib
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from tfgan_kit.errors import UserError

_BLOCK = 1 << 20


class Remote(NamedTuple):
    """A file on a server.

    Attributes:
      address: its URL.
      digest: "sha256:" or "md5:" and the published hash in hexadecimal, or the beginning of it;
        "" if none is published.
      size: its length in bytes, None if it is not known.
    """

    address: str
    digest: str = ""
    size: int | None = None

    @property
    def name(self) -> str:
        """The file's name."""
        return self.address.rpartition("/")[2]

    def at(self, mirror: str | None) -> "Remote":
        """The same file in a folder of another server.

        Raises:
          UserError: if `mirror` is not an http or https address.
        """
        if mirror is None:
            return self
        try:
            scheme, server, *_ = urlsplit(mirror)
        except ValueError:
            scheme = server = ""
        if scheme not in ("http", "https") or not server:
            raise UserError(
                f"--mirror {mirror}: give the http or https address of the folder with the files"
            )
        return self._replace(address=f"{mirror.rstrip('/')}/{self.name}")

    def problem(self, path: Path) -> str:
        """Says how a local file differs from the published one; "" if it does not.

        Raises:
          OSError: if the file cannot be read.
        """
        size = path.stat().st_size
        if self.size is not None and size != self.size:
            return f"{size:,} bytes, not {self.size:,}"
        if not self.digest:
            return ""
        kind, _, published = self.digest.partition(":")
        # MD5 finds damage; where it is the only published hash, it cannot prove who made the file.
        total = hashlib.new(kind, usedforsecurity=False)
        with open(path, "rb") as file:
            while block := file.read(_BLOCK):
                total.update(block)
        found = total.hexdigest()
        if found.startswith(published):
            return ""
        return f"{kind} {found[:12]}..., not {published[:12]}..."

    @property
    def check(self) -> str:
        """What `problem` compares: "sha256", "md5", or "structure" where no hash is published."""
        return self.digest.partition(":")[0] or "structure"
