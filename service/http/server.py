"""The server before the application: uvicorn, with a deadline for whatever a client owes it, and so many connections.

`python -m service.http.server`; behind a proxy, `FORWARDED_ALLOW_IPS` names it by its address or its network: only its
word for an address counts, and what one address may have does not hold for it.
"""

from __future__ import annotations

import argparse
import asyncio
import ipaddress
import json
import logging
import os
import resource
import sys
from collections import Counter
from typing import Any, Literal, TypeAlias

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from portevoix.errors import BrokenInstallation
from portevoix.library import ROOT
from service.http.settings import HttpSettings

log = logging.getLogger("portevoix.server")

Networks: TypeAlias = tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]
Owed = Literal["head", "body"]
OWN_DESCRIPTORS = 256  # of files, the database and the store, beside those of connections
MOST_DESCRIPTORS = 65_536
GOODBYE_S = 5
LEAST_RATE = 1_000  # bytes a second of a body, in the long run: an upload over the poorest of lines is faster
MOST_SURPLUS = 16_000_000  # bytes of a refused body that are read and dropped, so that its sender hears the answer
LATE = json.dumps({"error": "TooSlow", "detail": "the rest of the request's body did not come in time; send it again"})
TOO_SLOW = (
    "HTTP/1.1 408 Request Timeout\r\nContent-Type: application/json\r\nConnection: close\r\n"
    f"Content-Length: {len(LATE)}\r\n\r\n{LATE}"
).encode()


class Door(H11Protocol):
    """A connection. A client has `head_s` seconds for a request's head, from its first byte on, and may be `body_s`
    late within a body: a body owes LEAST_RATE bytes a second, so that neither a pause nor drops keep a connection for
    good. While it is we who are slow, no time runs. Beyond `most` connections, or `most_each` of one address, new ones
    are closed unread.
    """

    head_s, body_s = 15.0, 60.0
    most, most_each = 1_000, 100
    proxies: Networks = ()
    by_address: Counter[str] = Counter()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection in, where there is room."""
        super().connection_made(transport)
        self._owed: Owed | None = None
        self._deadline: asyncio.TimerHandle | None = None
        self._left_s, self._surplus = self.body_s, 0
        self._address = self.client[0] if self.client else ""
        self.by_address[self._address] += 1
        crowded = self.by_address[self._address] > self.most_each and not _is_in(self._address, self.proxies)
        if crowded or len(self.connections) > self.most:
            log.warning("a connection was closed: %s", "one address has too many" if crowded else "there are too many")
            transport.abort()
            return
        self._wait_for("head")

    def data_received(self, data: bytes) -> None:
        """Read on, and see what is still owed."""
        if self._is_surplus():
            self._surplus += len(data)
            if self._surplus > MOST_SURPLUS:
                self.transport.abort()
                return
        super().data_received(data)
        if self._owed == "body":
            self._left_s = min(self.body_s, self._left_now_s() + len(data) / LEAST_RATE)
        self._see()

    def on_response_complete(self) -> None:
        """Until the next request begins, the time is that of an idle connection."""
        self._wait_for(None)
        self._surplus = 0
        super().on_response_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._wait_for(None)
        self.by_address[self._address] -= 1
        if not self.by_address[self._address]:
            del self.by_address[self._address]
        super().connection_lost(exc)

    def _is_surplus(self) -> bool:
        """Whether what comes belongs to a body that was answered before its end."""
        answered = self.cycle is not None and self.cycle.response_complete
        return answered and self.conn.their_state is h11.SEND_BODY

    def _see(self) -> None:
        answering = self.cycle is not None and not self.cycle.response_complete
        if not answering:
            if self._owed != "head":  # its time goes on from its first byte, however slowly the others come
                self._wait_for("head")
        elif self.cycle.more_body:
            self._wait_for("body")
        else:
            self._wait_for(None)

    def _wait_for(self, owed: Owed | None) -> None:
        if owed != "body":
            self._left_s = self.body_s
        if self._deadline is not None:
            self._deadline.cancel()
        self._owed, self._deadline = owed, None
        if owed:
            self._deadline = self.loop.call_later(self.head_s if owed == "head" else self._left_s, self._give_up)

    def _left_now_s(self) -> float:
        return max(0.0, self._deadline.when() - self.loop.time()) if self._deadline else self._left_s

    def _give_up(self) -> None:
        if self._owed == "body" and self.flow.read_paused:  # it is we who do not read on
            self._left_s = self.body_s
            self._wait_for("body")
            return
        log.info("a connection was closed: the rest of a request's %s did not come", self._owed)
        if self._owed == "body" and not self.cycle.response_started:
            self.cycle.disconnected = True  # what the application says from now on, nobody hears
            self.transport.write(TOO_SLOW)
            self.transport.close()
        else:
            self.transport.abort()


def proxies_of(said: str) -> Networks:
    """The proxies that FORWARDED_ALLOW_IPS names: addresses and networks with commas between. Raises BrokenInstallation
    for anything else, `*` too: everybody could say any address.
    """
    try:
        return tuple(ipaddress.ip_network(one.strip()) for one in said.split(",") if one.strip())
    except ValueError as error:
        raise BrokenInstallation(
            f"FORWARDED_ALLOW_IPS is {said!r}: {error}; name proxies as 10.1.2.3 or 10.1.2.0/24, with commas between"
        ) from None


def _is_in(address: str, networks: Networks) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:  # of a socket that is a file
        return False
    return any(found in network for network in networks)


def door(settings: HttpSettings, proxies: Networks) -> type[Door]:
    """The connections of a server with these settings, as many as this process may have files open."""
    most = max(1, min(settings.connections, _descriptors() - OWN_DESCRIPTORS))
    limits: dict[str, Any] = {
        "head_s": settings.head_s,
        "body_s": settings.body_s,
        "most": most,
        "most_each": settings.connections_each,
        "proxies": proxies,
        "by_address": Counter(),
    }
    return type("Door", (Door,), limits)


def _descriptors() -> int:
    """How many files this process may have open, once it may have as many as the system lets it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, MOST_DESCRIPTORS)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return wanted


def arguments() -> argparse.ArgumentParser:
    """What the command takes; its settings decide the rest."""
    parser = argparse.ArgumentParser(prog="python -m service.http.server", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--host", help="the address to listen on")
    parser.add_argument("--port", type=int)
    return parser


def main() -> None:
    """Serve until TERM or INT."""
    settings, given = HttpSettings(), arguments().parse_args()
    try:
        proxies = proxies_of(os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1"))
    except BrokenInstallation as error:
        sys.exit(str(error))
    uvicorn.run(
        "api:app",
        host=given.host or settings.host,
        port=given.port or settings.port,
        http=door(settings, proxies),
        forwarded_allow_ips=[str(network) for network in proxies],
        server_header=False,
        access_log=False,
        timeout_graceful_shutdown=GOODBYE_S,
        log_config=str(ROOT / "deploy" / "logging.json"),
    )


if __name__ == "__main__":
    main()
