"""What an installation decides, read once from the environment: PORTEVOIX_DATABASE, PORTEVOIX_BROKER and so on."""

from __future__ import annotations

import functools
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from portevoix.library import ROOT
from portevoix.store import S3Settings, Store, open_store
from portevoix.store.opening import CACHE_BYTES

_STATE = ROOT / "build" / "service"


class Settings(BaseSettings):
    """One machine by default: SQLite, a folder as the store, a folder as the broker. More machines: servers by their
    URLs.
    """

    model_config = SettingsConfigDict(env_prefix="PORTEVOIX_", frozen=True)

    database: str = f"sqlite:///{_STATE / 'ledger.db'}"
    broker: str = f"filesystem://{_STATE / 'broker'}"  # or redis://HOST:6379/0, amqp://USER:PASSWORD@HOST:5672//
    store: str = str(ROOT / "build" / "store")
    house: Path | None = None  # the institution's own accounts, kits, recipes …; what is built in alone without
    # For s3://BUCKET/PREFIX; keys from where boto3 always looks (AWS_… variables, ~/.aws, the machine's role).
    s3_endpoint: str | None = None
    s3_region: str | None = None
    s3_profile: str | None = None  # of ~/.aws, which names the keys
    s3_checksums: bool = True  # False for a service that refuses the header
    s3_links: bool = False  # whether released files may be downloaded from the bucket itself
    cache: Path | None = None  # local copies of a bucket's files; the user's cache folder without
    cache_bytes: int = Field(CACHE_BYTES, gt=0)
    deliveries: Path = _STATE / "deliveries"  # finished jobs, for review; shared when there is more than one machine

    # A dead worker's work is taken up this long after its last sign of life. A worker asks every `watch_s` whether it
    # may go on and renews at three quarters, so it may miss the database for 45 s before it has to stop.
    lease_s: float = Field(60.0, ge=1)
    watch_s: float = Field(2.0, gt=0)  # also how long a cancelled encode goes on at most
    repair_s: float = Field(5.0, gt=0)  # between two rounds of the reconciler; each is a few queries
    soft_shutdown_s: float = Field(20.0, ge=0)  # time for work in hand to end; most batches take 5 to 10 s

    public_url: str | None = None  # how people reach the service: https://portevoix.example.org
    # Where each day's last hash of the record is published, in a folder or s3://BUCKET/PREFIX; beside the deliveries
    # without. Better a place that whoever runs the database cannot write to again.
    record_anchor: str | None = None

    credentials: Path | None = None  # how released films are signed (docs/credentials.md); they are not without

    # Hosts of the house's own network that a job may name, each with the file of the authority that its certificate
    # must come from: PORTEVOIX_WEBHOOK_INTRANET='{"cms.intra.example": "/etc/intra.pem"}'. No others are reached there.
    webhook_intranet: dict[str, Path] = {}
    webhook_secret: str = Field("", repr=False)  # signs what is sent to other systems; they check it with the same one

    # Artifacts and inputs after the end of the last job that needs them; a failed job's stay with it, for another try.
    keep_days: float = Field(30.0, gt=0)
    # Ended jobs, drafts and finished ones, are erased after so long unless they are out; kept for ever without. A job
    # may have a rule of its own.
    keep_draft_days: float | None = Field(None, gt=0)
    keep_final_days: float | None = Field(None, gt=0)
    upload_days: float = Field(1.0, gt=0)  # an upload that nothing was added to

    free_bytes: int = Field(
        2_000_000_000, ge=0
    )  # below it no work begins: a batch's files are a few hundred MB at most
    file_bytes: int = Field(
        32_000_000_000, gt=0
    )  # no file of ours is larger; a mezzanine of 2 h at crf 8 may reach 20 GB
    # Whether files are taken in where nothing confines what reads them (`portevoix doctor`: sandbox).
    without_sandbox: bool = False
    memory_bytes: int = Field(0, ge=0)  # address space of a worker and of each ffmpeg; 0: no limit of ours

    def open_store(self) -> Store:
        """The store that these settings name; a bucket is asked nothing yet."""
        return open_store(self.store, self.cache, self.s3, self.cache_bytes)

    @property
    def s3(self) -> S3Settings:
        """How the buckets of these settings are reached."""
        return S3Settings(
            self.s3_endpoint,
            self.s3_region,
            profile=self.s3_profile,
            checksums=self.s3_checksums,
            links=self.s3_links,
        )


@functools.cache
def settings() -> Settings:
    """The settings of this process."""
    return Settings()
