"""应答 bytes made once, packed once, and kept by the browser as long as their address says."""

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock
from typing import Generic, Self, TypeVar

from starlette.requests import Request
from starlette.responses import Response

FOREVER = "private, max-age=31536000, immutable"
"""长期缓存 for an address that changes with its content; private, since it may hold what one viewer may see."""

SMALL_BYTES = 1024

Value = TypeVar("Value")


@dataclass(frozen=True)
class Answer:
    """应答 body, as it is and gzipped, with its type and ETag."""

    body: bytes
    packed: bytes | None
    media_type: str
    etag: str

    @classmethod
    def of(cls, body: bytes, media_type: str = "application/json") -> Self:
        """生成应答 answer of a body; images and small bodies are not packed."""
        packs = len(body) > SMALL_BYTES and not media_type.startswith("image/")
        packed = gzip.compress(body, 6, mtime=0) if packs else None
        return cls(body, packed, media_type, f'"{hashlib.sha256(body).hexdigest()[:32]}"')

    def response(self, request: Request, cache_control: str) -> Response:
        """转为响应 304 where the browser has it, gzip where it takes that."""
        headers = {"ETag": self.etag, "Cache-Control": cache_control, "Vary": "Accept-Encoding"}
        if request.headers.get("if-none-match") == self.etag:
            return Response(status_code=304, headers=headers)
        if self.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
            return Response(self.packed, headers=headers | {"Content-Encoding": "gzip"}, media_type=self.media_type)
        return Response(self.body, headers=headers, media_type=self.media_type)


class Kept(Generic[Value]):
    """有限缓存 the last few values by key; a value is made once, whoever asks at the same time waits for it."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._values: OrderedDict[Hashable, Value] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """取值 the value of a key, made now where it is not there; the one not asked for longest gives way."""
        with self._lock:
            if key not in self._values:
                self._values[key] = make()
            self._values.move_to_end(key)
            while len(self._values) > self.most:
                self._values.popitem(last=False)
            return self._values[key]
