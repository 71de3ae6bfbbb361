"""A connection that fails on demand: a TCP proxy in a thread, before any server that a test talks to."""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Self

BLOCK = 1 << 16
AT_ONCE_RESET = struct.pack("ii", 1, 0)  # SO_LINGER on, 0 s: the other end sees a reset, as when a machine dies


@dataclass
class _Fault:
    """What becomes of the next `times` connections once `after` bytes went `up` (to the server) or down."""

    kind: str  # cut, flip
    up: bool
    after: int
    times: int


class Proxy:
    """Listens on `port` and passes everything on to a server, until it is told otherwise. Counts what it passes."""

    def __init__(self, port: int, host: str = "127.0.0.1") -> None:
        self.server = (host, port)
        self.port = 0
        self.connections = self.bytes_up = self.bytes_down = 0
        self._fault: _Fault | None = None
        self._passing = threading.Event()
        self._passing.set()
        self._refusing = False
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._tasks: set[asyncio.Task[None]] = set()

    def cut(self, *, after: int, up: bool = True, times: int = 1_000_000) -> None:
        """Reset all connections, and each of the next that pass so many bytes."""
        self._set(_Fault("cut", up, after, times))

    def flip(self, *, after: int, up: bool = True, times: int = 1_000_000) -> None:
        """Reset all connections, and change one bit of the byte at that place of each of the next."""
        self._set(_Fault("flip", up, after, times))

    def hold(self) -> None:
        """Take connections and bytes, and pass nothing on."""
        self._passing.clear()

    def refuse(self) -> None:
        """Reset all connections, and every new one at once."""
        self._refusing = True
        self._set(None)

    def heal(self) -> None:
        """Pass everything on again."""
        self._fault, self._refusing = None, False
        self._passing.set()

    def restart(self) -> None:
        """Reset all connections, pass everything on again, and count from nothing."""
        self.heal()
        self._set(None)
        self.connections = self.bytes_up = self.bytes_down = 0

    def __enter__(self) -> Self:
        self._thread.start()
        self._listener = asyncio.run_coroutine_threadsafe(
            asyncio.start_server(self._serve, "127.0.0.1", 0), self._loop
        ).result()
        self.port = self._listener.sockets[0].getsockname()[1]
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _set(self, fault: _Fault | None) -> None:
        self._fault = fault
        asyncio.run_coroutine_threadsafe(self._reset_all(), self._loop).result()

    async def _close(self) -> None:
        self._listener.close()
        await self._reset_all()

    async def _reset_all(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        self.connections += 1
        fault = self._fault
        ends = [writer]
        try:
            if not self._refusing:
                theirs, ours = await asyncio.open_connection(*self.server)
                ends.append(ours)
                passing = [
                    asyncio.ensure_future(self._pass(reader, ours, True, fault)),
                    asyncio.ensure_future(self._pass(theirs, writer, False, fault)),
                ]
                try:
                    await asyncio.wait(passing, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    for each in passing:
                        each.cancel()
                    await asyncio.gather(*passing, return_exceptions=True)
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            for end in ends:
                with suppress(OSError):  # it may have closed itself
                    end.transport.get_extra_info("socket").setsockopt(
                        socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE_RESET
                    )
                end.transport.abort()
            self._tasks.discard(task)

    async def _pass(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, up: bool, fault: _Fault | None
    ) -> None:
        """Pass bytes one way until their end, or until the fault strikes."""
        count = 0
        while block := await reader.read(BLOCK):
            while not self._passing.is_set():
                await asyncio.sleep(0.01)
            strikes = fault and fault.up == up and fault.times > 0 and count <= fault.after < count + len(block)
            if fault and strikes:
                fault.times -= 1
                place = fault.after - count
                if fault.kind == "cut":
                    writer.write(block[:place])
                    await writer.drain()
                    return
                block = block[:place] + bytes([block[place] ^ 1]) + block[place + 1 :]
            count += len(block)
            if up:
                self.bytes_up += len(block)
            else:
                self.bytes_down += len(block)
            writer.write(block)
            await writer.drain()
