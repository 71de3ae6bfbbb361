"""The settings of the HTTP service."""

from __future__ import annotations

import os

from pydantic import Field

from service.gate import Role
from service.sessions import Lengths
from service.settings import Settings


class HttpSettings(Settings):
    """The settings of the HTTP service, beside those that it shares with the workers."""

    host: str = "127.0.0.1"  # another address only behind a proxy that speaks TLS: tokens travel in the clear otherwise
    port: int = Field(8080, ge=1, le=65535)
    processes: int = Field(len(os.sched_getaffinity(0)), ge=1)  # pieces of work at once; each encoder has one thread
    connections: int = Field(1_000, ge=1)  # at once; each page that watches a job keeps one
    connections_each: int = Field(100, ge=1)  # of one address, which a whole office may share
    head_s: float = Field(15.0, gt=0)  # for the head of a request, from its first byte on
    body_s: float = Field(60.0, gt=0)  # how late a body may be that owes 1,000 bytes a second; an upload may take hours
    requests: int = Field(
        6_000, ge=1
    )  # a minute, of one person or token; a page with all its pictures asks some hundred
    requests_each: int = Field(20_000, ge=1)  # a minute, of one address, which a whole office may share
    upload_bytes: int = Field(4_000_000_000, gt=0)
    held_bytes: int = Field(200_000_000_000, gt=0)  # of all files that one token or person has here or has announced
    held_files: int = Field(5_000, gt=0)
    queued_jobs: int = Field(100, gt=0)  # unended jobs of one token; a desk's whole day is some dozens
    webhook_hosts: tuple[
        str, ...
    ] = ()  # the only ones that a job may name: PORTEVOIX_WEBHOOK_HOSTS='["cms.example.org"]'
    session_idle_s: float = Field(3_600.0, gt=0)  # a session without a request ends: an unwatched desk
    session_s: float = Field(43_200.0, gt=0)  # and every session after a day's work
    after_sign_in: str = Field(
        "/desk/jobs", pattern="^/([^/\\\\]|$)"
    )  # the page that a browser goes to; one of the service's
    # Sign-in with the house's OpenID Connect provider; none without an issuer.
    oidc_issuer: str | None = None
    oidc_client: str = ""
    oidc_secret: str = Field("", repr=False)
    oidc_scope: str = "openid profile email"  # some providers give groups only for a scope of their own
    oidc_groups_claim: str = "groups"
    # The roles of a group: PORTEVOIX_OIDC_GROUPS='{"press": {"author": ["ministere"], "reviewer": ["ministere_en"]}}'
    oidc_groups: dict[str, dict[Role, tuple[str, ...]]] = {}
    watch_events_s: float = Field(0.5, gt=0)  # how late a watcher hears of an event, at most

    @property
    def reached_at(self) -> str:
        """Where people reach the service: at its public address, else where it listens, seen from this machine."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)
        return self.public_url or f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    @property
    def session_lengths(self) -> Lengths:
        """How long a session lives."""
        return Lengths(self.session_idle_s, self.session_s)
