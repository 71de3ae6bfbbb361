"""The settings of the HTTP service."""

from __future__ import annotations

import os

from pydantic import Field

from service.settings import Settings


class HttpSettings(Settings):
    """The settings of the HTTP service, beside those that it shares with the workers."""

    host: str = "127.0.0.1"  # another address only behind a proxy that speaks TLS: tokens travel in the clear otherwise
    port: int = Field(8080, ge=1, le=65535)
    processes: int = Field(len(os.sched_getaffinity(0)), ge=1)  # pieces of work at once; each encoder has one thread
    upload_bytes: int = Field(4_000_000_000, gt=0)
    queued_jobs: int = Field(100, gt=0)  # unended jobs of one token; a desk's whole day is some dozens
    webhook_hosts: tuple[
        str, ...
    ] = ()  # the only ones that a job may name: PORTEVOIX_WEBHOOK_HOSTS='["cms.example.org"]'
    watch_events_s: float = Field(0.5, gt=0)  # how late a watcher hears of an event, at most
