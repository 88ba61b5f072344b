"""Files in an S3-compatible store. Readers get them through the site's own /media/ unless a public address is named, so
that the bucket can stay closed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from tempfile import SpooledTemporaryFile
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import File
from django.core.files.storage import Storage

logger = logging.getLogger("zhongcao.media")

IN_MEMORY = 1024 * 1024
KNOWN = {"region", "public", "scheme", "prefix"}
TIMES = {"connect_timeout": 3, "read_timeout": 10, "retries": {"max_attempts": 1}}


class StoreDown(OSError):
    """The store does not answer, or refuses us. Whoever reads pictures takes it for any unreadable file."""


def options_of(url: str) -> dict[str, Any]:
    """The options of `S3Media` in `s3://key:secret@host/bucket?region=…&public=https://…&scheme=http&prefix=…`.

    Key and secret are percent-encoded where they hold one of `:/@+`. Raises ImproperlyConfigured, and never repeats
    the address: it holds the secret.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ImproperlyConfigured(
            "MEDIA_STORAGE_URL cannot be read: is a / or @ in the secret written as %2F, %40?"
        ) from error
    asked = parse_qs(parts.query)
    bucket = parts.path.strip("/")
    if (
        parts.scheme != "s3"
        or not parts.hostname
        or not bucket
        or "/" in bucket
        or not parts.username
        or not parts.password
    ):
        raise ImproperlyConfigured("MEDIA_STORAGE_URL must look like s3://key:secret@host/bucket?region=…")
    if unknown := set(asked) - KNOWN:
        raise ImproperlyConfigured(
            f"MEDIA_STORAGE_URL knows {', '.join(sorted(KNOWN))}, not {', '.join(sorted(unknown))}."
        )
    told = {name: values[-1] for name, values in asked.items()}
    scheme, public = told.get("scheme", "https"), told.get("public", "")
    if scheme not in {"http", "https"} or (public and not public.startswith(("http://", "https://"))):
        raise ImproperlyConfigured("MEDIA_STORAGE_URL: scheme is http or https, and public a whole address.")
    return {
        "access_key": unquote(parts.username),
        "secret_key": unquote(parts.password),
        "endpoint_url": f"{scheme}://{parts.hostname}" + (f":{port}" if port else ""),
        "bucket_name": bucket,
        "region_name": told.get("region") or None,
        "location": told.get("prefix", ""),
        "public": public.rstrip("/"),
    }


def origins_of(url: str) -> list[str]:
    """The origin that pictures are read from where that is neither the site nor https, for the pages' policy."""
    public = options_of(url)["public"] if url else ""
    return ["/".join(public.split("/")[:3])] if public.startswith("http://") else []


class S3Media(Storage):
    """Django's storage over django-storages: loaded when a file is touched, not when a page names one; whatever goes
    wrong out there is a StoreDown, or FileNotFoundError.
    """

    def __init__(self, *, public: str = "", base_url: str = "/media/", **options: Any) -> None:
        self.public = public
        self.base_url = base_url
        self._options = options

    @cached_property
    def _real(self) -> Any:
        # A web process that only names pictures never loads the client, which is large.
        from botocore.config import Config
        from storages.backends.s3 import S3Storage

        config = Config(s3={"addressing_style": "path"}, signature_version="s3v4", **TIMES)
        return S3Storage(client_config=config, file_overwrite=False, default_acl=None, **self._options)

    def answers(self) -> bool:
        """Whether the store can be reached with our key and has our bucket. Waits three seconds at most."""
        try:
            self._do(lambda: self._real.connection.meta.client.head_bucket(Bucket=self._options["bucket_name"]))
        except OSError as error:
            logger.warning("The store of files does not answer: %s", error)
            return False
        return True

    def url(self, name: str | None) -> str:
        """Ours, or the public address's. Asks nobody."""
        path = quote((name or "").replace("\\", "/").lstrip("/"))
        return f"{self.public}/{path}" if self.public else f"{self.base_url}{path}"

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        """The whole file, read now: later nobody would expect the network to fail."""
        if mode != "rb":
            raise ValueError("Files in the store are read here, and written by save().")
        held = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  Django closes it

        def read() -> None:
            # Straight from the answer, piece by piece: a document may be larger than memory should hold.
            answer = self._real.bucket.Object(self._real._normalize_name(name)).get()
            for piece in answer["Body"].iter_chunks(64 * 1024):
                held.write(piece)

        try:
            self._do(read)
        except BaseException:
            held.close()
            raise
        held.seek(0)
        return File(held, name)

    def _save(self, name: str, content: File[bytes]) -> str:
        return str(self._do(lambda: self._real._save(name, content)))

    def delete(self, name: str) -> None:
        """A file that cannot be deleted now is left behind and said so: what named it is gone already."""
        try:
            self._do(lambda: self._real.delete(name))
        except OSError:
            logger.warning("The file %s could not be deleted from the store and is left there.", name)

    def exists(self, name: str) -> bool:
        return bool(self._do(lambda: self._real.exists(name)))

    def size(self, name: str) -> int:
        return int(self._do(lambda: self._real.size(name)))

    def get_modified_time(self, name: str) -> datetime:
        found: datetime = self._do(lambda: self._real.get_modified_time(name))
        return found

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        folders, files = self._do(lambda: self._real.listdir(path))
        return list(folders), list(files)

    def _do(self, act: Callable[[], Any]) -> Any:
        with _in_our_words():
            return act()


@contextmanager
def _in_our_words() -> Iterator[None]:
    from boto3.exceptions import Boto3Error
    from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code in {"404", "NoSuchKey", "NotFound"}:
            raise FileNotFoundError("The file is not in the store.") from error
        raise StoreDown(f"The store refused: {code}.") from error
    except (BotoCoreError, HTTPClientError, Boto3Error) as error:
        # The client's own words name the address and no secret; its kind is enough.
        raise StoreDown(f"The store does not answer: {type(error).__name__}.") from error
