"""S3 behind `shared.objects.BucketClient`."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from botocore.exceptions import ClientError

from shared.aws.calls import call
from shared.objects import ObjectStat, UploadForm, attachment, not_found

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_MISSING = {"NoSuchKey", "404"}
"""S3 says so only to those who may list the bucket; a HEAD has no body to say more than its status."""
_PIECE_BYTES = 256 * 1024


class S3Bucket:
    """`shared.objects.BucketClient` on S3; what it signs is good no longer than the function's own credentials."""

    def __init__(self, client: S3Client, name: str) -> None:
        self._client = client
        self._name = name

    def put(self, key: str, content: bytes, content_type: str) -> None:
        call(self._client.put_object, Bucket=self._name, Key=key, Body=content, ContentType=content_type)

    def put_file(self, key: str, path: Path, content_type: str) -> None:
        with path.open("rb") as content:
            call(self._client.put_object, Bucket=self._name, Key=key, Body=content, ContentType=content_type)

    def get(self, key: str) -> bytes:
        with self.open(key) as content:
            return content.read()

    def open(self, key: str) -> BinaryIO:
        found = self._found(self._client.get_object, key)
        if found is None:
            raise not_found()
        return io.BufferedReader(_Pieces(found["Body"]), _PIECE_BYTES)

    def stat(self, key: str) -> ObjectStat | None:
        found = self._found(self._client.head_object, key)
        if found is None:
            return None
        return ObjectStat(int(found["ContentLength"]), str(found["ContentType"]), found["ETag"].strip('"'))

    def delete(self, key: str) -> None:
        call(self._client.delete_object, Bucket=self._name, Key=key)

    def upload_form(self, key: str, content_type: str, *, most_bytes: int, seconds: int, back: str) -> UploadForm:
        fixed = {"Content-Type": content_type, "success_action_redirect": back}
        limits = [{name: value} for name, value in fixed.items()]
        form = self._client.generate_presigned_post(
            self._name,
            key,
            Fields=fixed,
            Conditions=[*limits, ["content-length-range", 1, most_bytes]],
            ExpiresIn=seconds,
        )
        return UploadForm(form["url"], form["fields"])

    def download_url(self, key: str, filename: str, *, seconds: int) -> str:
        wanted = {"Bucket": self._name, "Key": key, "ResponseContentDisposition": attachment(filename)}
        return self._client.generate_presigned_url("get_object", Params=wanted, ExpiresIn=seconds)

    def _found(self, operation: Any, key: str) -> Any:
        """What S3 answers of an object, or None when there is none."""
        try:
            return call(operation, Bucket=self._name, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] in _MISSING:
                return None
            raise


class _Pieces(io.RawIOBase):
    """A body on its way, read as a file; a connection that breaks meanwhile is Unavailable."""

    def __init__(self, body: Any) -> None:
        self._body = body

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece = call(self._body.read, amt=len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        self._body.close()
        super().close()
