"""Messages to other systems that a job, a release or a withdrawal has ended: a POST to the address that came with the
job, tried for hours, signed.

A user chooses the address. So the message goes by https alone, follows no redirect, and reaches addresses of the public
internet and those hosts of this network that the house names (`PORTEVOIX_WEBHOOK_INTRANET`): nobody reaches its other
services through a job.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import ipaddress
import json
import logging
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import quote, urlsplit

from portevoix.errors import PortevoixError
from service.ledger import Ledger, outbox
from service.ledger.records import Webhook

log = logging.getLogger(__name__)

TIMEOUT_S = 5.0
MOST_AT_ONCE = 20
SIGNATURE, TIMESTAMP = "Portevoix-Signature", "Portevoix-Timestamp"
OF_ADDRESSES = "%/?:@!$&'()*+,;=~"  # RFC 3986, 3.3 and 3.4: these stand as they are; all other letters as their bytes

Post = Callable[[str, bytes, dict[str, str]], None]


class WebhookFailed(PortevoixError):
    """An address did not take a message; the sentence says why."""


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """What a receiver computes to know that a message is ours."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def is_public(address: str) -> bool:
    """Whether an address belongs to the public internet, also where it is an IPv4 one in IPv6's clothes."""
    found = ipaddress.ip_address(address)
    inner = getattr(found, "ipv4_mapped", None) or getattr(found, "sixtofour", None)
    return found.is_global and not found.is_multicast and (inner is None or inner.is_global)


def post_to_public(
    url: str,
    body: bytes,
    headers: dict[str, str],
    allowed: Callable[[str], bool] = is_public,
    context: ssl.SSLContext | None = None,
) -> None:
    """POST to an https address, once. Raises WebhookFailed where it may not be asked or does not answer with 2xx."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port or 443
    except ValueError as error:
        raise WebhookFailed(f"{url!r} is no address: {error}") from None
    if parts.scheme != "https" or not host or parts.username or parts.password:
        raise WebhookFailed(f"{url!r} is not of the form https://HOST/PATH")
    try:
        # The address that was looked at is the one that is connected to: a name may lead elsewhere a moment later.
        address = _allowed_address(host, port, allowed)
        connection = _Connection(host, address, port, context or ssl.create_default_context())
        try:
            path = quote((parts.path or "/") + (f"?{parts.query}" if parts.query else ""), OF_ADDRESSES)
            connection.request("POST", path, body, headers)
            status = connection.getresponse().status
        finally:
            connection.close()
    except (OSError, http.client.HTTPException, ValueError) as error:  # ValueError: a host that no name can be
        raise WebhookFailed(f"{host} does not answer: {error}") from None
    if not 200 <= status < 300:
        raise WebhookFailed(f"{host} answered {status}")


def _allowed_address(host: str, port: int, allowed: Callable[[str], bool]) -> str:
    """The first address of a host.

    Raises WebhookFailed where any of them is not allowed, OSError where there is none.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if refused := [address for address in addresses if not allowed(address)]:
        raise WebhookFailed(f"{host} leads to {refused[0]}, which is not on the public internet")
    return addresses[0]


class _Connection(http.client.HTTPSConnection):
    """A connection to one address of a host, whose certificate must be the host's."""

    def __init__(self, host: str, address: str, port: int, context: ssl.SSLContext) -> None:
        super().__init__(host, port, timeout=TIMEOUT_S, context=context)
        self._address, self._tls = address, context

    def connect(self) -> None:
        plain = socket.create_connection((self._address, self.port), TIMEOUT_S)
        self.sock = self._tls.wrap_socket(plain, server_hostname=self.host)


def posting(intranet: Mapping[str, Path]) -> Post:
    """How messages are sent: to the public internet, and to these hosts of the house's own network, each of which shows
    a certificate of its own authority (a file).
    """

    def post(url: str, body: bytes, headers: dict[str, str]) -> None:
        try:
            authority = intranet.get(urlsplit(url).hostname or "")
        except ValueError:
            authority = None
        if authority is None:
            return post_to_public(url, body, headers)
        try:
            context = ssl.create_default_context(cafile=str(authority))
        except OSError as error:
            raise WebhookFailed(f"{authority} is no file of an authority's certificates: {error}") from None
        return post_to_public(url, body, headers, lambda address: True, context)

    return post


def send_due(ledger: Ledger, secret: str, post: Post = post_to_public) -> int:
    """Send every message that is due. Returns how many were taken.

    The body is JSON: `job`, `name`, `state`, of a release or a withdrawal its `kind`, `release` and `account` too; no
    `name` before an embargo ends. With a secret, `Portevoix-Signature` is the HMAC-SHA-256, in hexadecimal,
    of `Portevoix-Timestamp` (Unix seconds), a full stop and the body: a receiver refuses an old message that is sent
    again.
    """
    taken = 0
    for webhook in outbox.due_webhooks(ledger, MOST_AT_ONCE):
        try:
            _send(webhook, secret, post)
        except WebhookFailed as error:
            log.warning("webhook %d of job %s: %s", webhook.id, webhook.job, error)
            outbox.record_webhook(ledger, webhook.id, str(error))
        else:
            outbox.record_webhook(ledger, webhook.id, None)
            taken += 1
    return taken


def _send(webhook: Webhook, secret: str, post: Post) -> None:
    """Send one message. Raises WebhookFailed whatever goes wrong: the other messages do not wait for this one."""
    body = json.dumps(webhook.body, ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json"}
    if secret:
        headers[TIMESTAMP] = str(int(time.time()))
        headers[SIGNATURE] = signature(secret, headers[TIMESTAMP], body)
    try:
        post(webhook.url, body, headers)
    except WebhookFailed:
        raise
    except Exception as error:
        log.exception("webhook %d of job %s", webhook.id, webhook.job)
        raise WebhookFailed(f"the message cannot be sent: {type(error).__name__}") from error
