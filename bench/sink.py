"""A mail server that takes everything and keeps nothing, a process of its own: `python -m bench.sink` says its port."""

from __future__ import annotations

import asyncio
from typing import Final

ANSWERS: Final = {b"DATA": b"354 go on\r\n", b"QUIT": b"221 bye\r\n"}
END: Final = b"\r\n.\r\n"


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"220 sink\r\n")
    while line := await reader.readline():
        word = line.strip()[:4].upper()
        writer.write(ANSWERS.get(word, b"250 OK\r\n"))
        if word == b"DATA":
            await reader.readuntil(END)
            writer.write(b"250 OK\r\n")
        if word == b"QUIT":
            break
    writer.close()


async def _main() -> None:
    server = await asyncio.start_server(_serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_main())
