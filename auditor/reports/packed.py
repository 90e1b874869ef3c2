"""A text that is held compressed."""

from __future__ import annotations

import codecs
import zlib
from collections.abc import Iterable, Iterator

from auditor.iam.frozen import Frozen

_GZIP = 16 + zlib.MAX_WBITS


class Packed(Frozen):
    """A text in UTF-8; `length` counts its bytes, `size` those that it has as a gzip file. Iterating gives
    it back in pieces."""

    parts: tuple[bytes, ...]
    length: int

    @classmethod
    def of(cls, pieces: Iterable[str]) -> Packed:
        packer = zlib.compressobj(6, zlib.DEFLATED, _GZIP)
        parts: list[bytes] = []
        length = 0
        for piece in pieces:
            data = piece.encode("utf-8", "surrogatepass")
            length += len(data)
            parts.append(packer.compress(data))
        return cls((*filter(None, parts), packer.flush()), length)

    @property
    def size(self) -> int:
        return sum(map(len, self.parts))

    def __iter__(self) -> Iterator[str]:
        unpacker = zlib.decompressobj(_GZIP)
        decoder = codecs.getincrementaldecoder("utf-8")("surrogatepass")
        for part in self.parts:
            yield decoder.decode(unpacker.decompress(part))
        yield decoder.decode(unpacker.flush(), final=True)
