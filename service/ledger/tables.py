"""The tables of the ledger. Times are seconds since 1970 by the database's clock; ids are ours, random where a user
sees them.

`migrations/` brings a database to this shape; a test compares the two.
"""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# 64 bits on PostgreSQL; SQLite counts upwards by itself only in a plain INTEGER key.
_Count = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_time = sa.Double

jobs = sa.Table(
    "jobs",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("owner", sa.String(32), nullable=False),  # the person or service that submitted it
    sa.Column("name", sa.String(80), nullable=False),
    sa.Column("priority", sa.String(16), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("draft", sa.Boolean, nullable=False),
    sa.Column("document", sa.Text, nullable=False),
    sa.Column("files", sa.JSON, nullable=False),  # relative name -> digest of an input
    sa.Column("languages", sa.JSON, nullable=False),  # only these; empty: all
    sa.Column("formats", sa.JSON, nullable=False),
    sa.Column("webhook", sa.Text),
    sa.Column(
        "held", sa.Boolean, nullable=False, server_default=sa.false()
    ),  # planned, and rendered when somebody says so
    sa.Column("round", sa.Integer, nullable=False),  # raised when the job is planned anew; older work no longer counts
    sa.Column("maker", sa.String(64), nullable=False),  # whose plan it is
    sa.Column("plan", sa.Text),
    sa.Column("frames", sa.BigInteger, nullable=False),
    sa.Column("frames_done", sa.BigInteger, nullable=False),
    sa.Column("faults", sa.JSON, nullable=False),
    sa.Column("failures", sa.JSON, nullable=False),
    sa.Column("notes", sa.JSON, nullable=False),
    sa.Column("created_s", _time, nullable=False),
    sa.Column("changed_s", _time, nullable=False),
    sa.Column("embargo_s", _time),  # nothing of it leaves before; NULL: it may leave at once
    # The round whose files are the deliveries, all of them as they should be; 0 while there are none such.
    sa.Column("delivered_round", sa.Integer, nullable=False, server_default=sa.text("0")),
    sa.Index(None, "owner", "created_s"),
    sa.Index(None, "state"),
)

work = sa.Table(
    "work",
    metadata,
    sa.Column("id", _Count, primary_key=True),
    sa.Column("job", sa.ForeignKey("jobs.id", ondelete="CASCADE"), nullable=False),
    sa.Column("round", sa.Integer, nullable=False),
    sa.Column("stage", sa.Integer, nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("frames", sa.BigInteger, nullable=False),
    sa.Column("payload", sa.Text, nullable=False),
    sa.Column("queue", sa.String(16), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    # The lease: who has it until when. `fence` grows with every claim and never falls: an older one is refused.
    sa.Column("fence", sa.Integer, nullable=False),
    sa.Column("holder", sa.String(120)),
    sa.Column("lease_until_s", _time),
    sa.Column("not_before_s", _time, nullable=False),
    sa.Column("offers", sa.Integer, nullable=False),
    sa.Column("offered_s", _time),  # NULL: to be offered when `not_before_s` has come
    sa.Index(None, "job", "round", "stage"),
    sa.Index(None, "state", "lease_until_s"),
    sqlite_autoincrement=True,
)

needs = sa.Table(
    "needs",
    metadata,  # what a piece of work waits for
    sa.Column("work", sa.ForeignKey("work.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("needs", sa.ForeignKey("work.id", ondelete="CASCADE"), primary_key=True),
    sa.Index(None, "needs"),
)

attempts = sa.Table(
    "attempts",
    metadata,
    sa.Column("work", sa.ForeignKey("work.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("fence", sa.Integer, primary_key=True),
    sa.Column("holder", sa.String(120), nullable=False),
    sa.Column("started_s", _time, nullable=False),
    sa.Column("ended_s", _time),
    sa.Column("outcome", sa.String(16)),  # done, failed, expired, released, repaired; NULL while it runs
    sa.Column("error_class", sa.String(16)),
    sa.Column("error", sa.Text),
)

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("id", _Count, primary_key=True),
    sa.Column("work", sa.ForeignKey("work.id", ondelete="CASCADE"), nullable=False),
    sa.Column("queue", sa.String(16), nullable=False),
    sa.Column("created_s", _time, nullable=False),
    sqlite_autoincrement=True,
)

steps = sa.Table(
    "steps",
    metadata,  # what a job needs: artifacts by their keys, its brand kit's files by their digests
    sa.Column("job", sa.ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("key", sa.String(100), primary_key=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Index(None, "key"),
)

artifacts = sa.Table(
    "artifacts",
    metadata,
    sa.Column("key", sa.String(100), primary_key=True),
    sa.Column("work", _Count, nullable=False),
    sa.Column("made_s", _time, nullable=False),
)

deliveries = sa.Table(
    "deliveries",
    metadata,
    sa.Column("job", sa.ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("path", sa.String(400), primary_key=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("facts", sa.JSON, nullable=False),  # as the manifest lists it
)

variants = sa.Table(
    "variants",
    metadata,  # files of a round that is not delivered yet, whose variant is finished
    sa.Column("job", sa.ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("round", sa.Integer, primary_key=True),
    sa.Column("path", sa.String(400), primary_key=True),
    sa.Column("facts", sa.JSON, nullable=False),  # as the manifest will list it
)

events = sa.Table(
    "events",
    metadata,
    sa.Column("id", _Count, primary_key=True),
    sa.Column("job", sa.ForeignKey("jobs.id", ondelete="CASCADE"), nullable=False),
    sa.Column("at_s", _time, nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("detail", sa.JSON, nullable=False),
    sa.Index(None, "job", "id"),
    sqlite_autoincrement=True,
)

webhooks = sa.Table(
    "webhooks",
    metadata,
    sa.Column("id", _Count, primary_key=True),
    sa.Column("job", sa.ForeignKey("jobs.id", ondelete="CASCADE"), nullable=False),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("body", sa.JSON, nullable=False),
    sa.Column("due_s", _time, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),  # due, sent, given_up
    sa.Column("error", sa.Text),
    sa.Index(None, "state", "due_s"),
    sqlite_autoincrement=True,
)

requests = sa.Table(
    "requests",
    metadata,  # idempotency keys: the same request twice is one job
    sa.Column("owner", sa.String(32), primary_key=True),
    sa.Column("key", sa.String(200), primary_key=True),
    sa.Column("fingerprint", sa.String(64), nullable=False),
    sa.Column("job", sa.ForeignKey("jobs.id", ondelete="CASCADE"), nullable=False),
    sa.Column("created_s", _time, nullable=False),
)

inputs = sa.Table(
    "inputs",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("owner", sa.String(32), primary_key=True),
    sa.Column("name", sa.String(255), nullable=False),  # as its owner called it: shown, never used as a path
    sa.Column("bytes", sa.BigInteger, nullable=False),
    sa.Column("created_s", _time, nullable=False),
)

uploads = sa.Table(
    "uploads",
    metadata,  # whose an upload is; what has arrived of it, the store knows
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("owner", sa.String(32), nullable=False),
    sa.Column("name", sa.String(255), nullable=False),
    sa.Column("bytes", sa.BigInteger, nullable=False),
    sa.Column("begun_s", _time, nullable=False),
)

# What people say of a job's languages before they are released, and the releases.

words = sa.Table(
    "words",
    metadata,
    sa.Column("job", sa.ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("round", sa.Integer, primary_key=True),  # whose plan has these words
    sa.Column("language", sa.String(35), primary_key=True),
    sa.Column("digest", sa.String(64), nullable=False),
)

authors = sa.Table(
    "authors",
    metadata,  # who corrected a language last; who submitted the job, where nobody did
    sa.Column("job", sa.ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("language", sa.String(35), primary_key=True),
    sa.Column("person", sa.String(32), nullable=False),
    sa.Column("round", sa.Integer, nullable=False),  # the one that the correction began
    sa.Column("at_s", _time, nullable=False),
)

editors = sa.Table(
    "editors",
    metadata,  # people who have a language's words open, so that each sees the other
    sa.Column("job", sa.ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("language", sa.String(35), primary_key=True),
    sa.Column("person", sa.String(32), primary_key=True),
    sa.Column("seen_s", _time, nullable=False),
)

comments = sa.Table(
    "comments",
    metadata,
    sa.Column("id", _Count, primary_key=True),
    sa.Column("job", sa.ForeignKey("jobs.id", ondelete="CASCADE"), nullable=False),
    sa.Column("round", sa.Integer, nullable=False),  # of the version that it is about
    sa.Column("language", sa.String(35)),  # NULL: all
    sa.Column("second", _time),  # of the programme; NULL: the whole of it
    sa.Column("until_s", _time),  # where it ends; NULL: it is about one moment
    sa.Column("drawing", sa.JSON),  # what was drawn on its frame; NULL: nothing
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("person", sa.String(32), nullable=False),
    sa.Column("created_s", _time, nullable=False),
    sa.Column("resolved_by", sa.String(32)),
    sa.Column("resolved_s", _time),
    sa.Index(None, "job", "id"),
    sqlite_autoincrement=True,
)

decisions = sa.Table(
    "decisions",
    metadata,  # approvals and rejections, each of exactly these words in exactly these files
    sa.Column("id", _Count, primary_key=True),
    sa.Column("job", sa.ForeignKey("jobs.id", ondelete="CASCADE"), nullable=False),
    sa.Column("language", sa.String(35), nullable=False),
    sa.Column("verdict", sa.String(16), nullable=False),  # approved, rejected
    sa.Column("person", sa.String(32), nullable=False),
    sa.Column("round", sa.Integer, nullable=False),
    sa.Column("words", sa.String(64), nullable=False),
    sa.Column("files", sa.String(64), nullable=False),
    sa.Column("comment", sa.ForeignKey("comments.id")),
    sa.Column("at_s", _time, nullable=False),
    sa.Column("taken_back_s", _time),  # when a change of the words or the files took it back
    sa.Index(None, "job", "language"),
    sqlite_autoincrement=True,
)

releases = sa.Table(
    "releases",
    metadata,  # releases and withdrawals, each a piece of work for one account
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("job", sa.ForeignKey("jobs.id", ondelete="CASCADE"), nullable=False),
    sa.Column("account", sa.String(80), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),  # release, withdrawal
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("at_embargo", sa.Boolean, nullable=False),
    sa.Column("languages", sa.JSON, nullable=False),  # only these; empty: all of the account's
    sa.Column("person", sa.String(32), nullable=False),
    sa.Column("asked_s", _time, nullable=False),
    sa.Column("work", _Count, nullable=False, unique=True),
    sa.Column(
        "deliveries", sa.JSON, nullable=False
    ),  # what the manifest names, each file with its round before its path
    sa.Column("left_out", sa.JSON, nullable=False),  # language, or file that could not be deleted -> why
    sa.Column("manifest", sa.String(200)),  # its name at the destination
    sa.Column("digest", sa.String(64)),
    sa.Column("number", sa.Integer),
    sa.Column("error", sa.Text),
    sa.Column("ended_s", _time),
    sa.Index(None, "job", "account"),
)

erasures = sa.Table(
    "erasures",
    metadata,  # jobs that are gone, and their files that have to go
    sa.Column("job", sa.String(32), primary_key=True),
    sa.Column("artifacts", sa.JSON, nullable=False),
    sa.Column("inputs", sa.JSON, nullable=False),
    sa.Column("asked_s", _time, nullable=False),
    sa.Column("removed_s", _time),
)

leaders = sa.Table(
    "leaders",
    metadata,
    sa.Column("name", sa.String(32), primary_key=True),
    sa.Column("holder", sa.String(120), nullable=False),
    sa.Column("until_s", _time, nullable=False),
)

tallies = sa.Table(
    "tallies",
    metadata,
    sa.Column("name", sa.String(32), primary_key=True),
    sa.Column("kind", sa.String(16), primary_key=True),  # of the work in which it was counted
    sa.Column("count", sa.BigInteger, nullable=False),
)

# Who may ask, and what they did. `people` are persons and services alike: whoever has roles.

people = sa.Table(
    "people",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("kind", sa.String(16), nullable=False),  # person, service
    sa.Column("name", sa.String(80), nullable=False),  # what a person signs in with
    sa.Column("subject", sa.String(400), unique=True),  # who the identity provider says it is: issuer and subject
    sa.Column("password", sa.String(200)),  # Argon2id
    sa.Column("setup_hash", sa.String(64), unique=True),  # of the link that lets a person set a password once
    sa.Column("setup_until_s", _time),
    sa.Column("created_s", _time, nullable=False),
    sa.Column("removed_s", _time),
    sa.Index(None, "name"),
)

grants = sa.Table(
    "grants",
    metadata,
    sa.Column("person", sa.ForeignKey("people.id"), primary_key=True),
    sa.Column("role", sa.String(16), primary_key=True),
    sa.Column("account", sa.String(80), primary_key=True),  # a handle, or * for all
    sa.Column("origin", sa.String(16), primary_key=True),  # house: given by an administrator; provider: by a group
)

tokens = sa.Table(
    "tokens",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("owner", sa.ForeignKey("people.id"), nullable=False),
    sa.Column("name", sa.String(80), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False, unique=True),
    sa.Column("scopes", sa.JSON, nullable=False),
    sa.Column("accounts", sa.JSON, nullable=False),  # handles, or * for all
    sa.Column("created_s", _time, nullable=False),
    sa.Column("expires_s", _time),
    sa.Column("used_s", _time),
    sa.Column("revoked_s", _time),
)

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("hash", sa.String(64), nullable=False, unique=True),  # of the cookie
    sa.Column("person", sa.ForeignKey("people.id"), nullable=False),
    sa.Column("address", sa.String(64)),
    sa.Column("created_s", _time, nullable=False),
    sa.Column("seen_s", _time, nullable=False),
    sa.Column("until_s", _time, nullable=False),
    sa.Index(None, "person"),
)

sign_ins = sa.Table(
    "sign_ins",
    metadata,  # on their way to the identity provider and back
    sa.Column("state_hash", sa.String(64), primary_key=True),
    sa.Column("browser_hash", sa.String(64), nullable=False),  # of the cookie of the browser that began it
    sa.Column("nonce", sa.String(64), nullable=False),
    sa.Column("verifier", sa.String(128), nullable=False),
    sa.Column("until_s", _time, nullable=False),
)

tries = sa.Table(
    "tries",
    metadata,  # sign-ins that were tried, so that guessing is slow
    sa.Column("id", _Count, primary_key=True),
    sa.Column("subject", sa.String(64), nullable=False),  # hash of a name or an address
    sa.Column("at_s", _time, nullable=False),
    sa.Index(None, "subject", "at_s"),
    sqlite_autoincrement=True,
)

record = sa.Table(
    "record",
    metadata,  # only ever added to: triggers refuse anything else
    sa.Column("id", _Count, primary_key=True, autoincrement=False),
    sa.Column("at_ms", sa.BigInteger, nullable=False),
    sa.Column("caller_kind", sa.String(16), nullable=False),
    sa.Column("caller", sa.String(32), nullable=False),
    sa.Column("caller_name", sa.String(80), nullable=False),
    sa.Column("via", sa.String(16), nullable=False),
    sa.Column("means", sa.String(32)),  # the session or token
    sa.Column("address", sa.String(64)),
    sa.Column("what", sa.String(32), nullable=False),
    sa.Column("job", sa.String(32)),
    sa.Column("account", sa.String(80)),
    sa.Column("language", sa.String(35)),
    sa.Column("digests", sa.JSON, nullable=False),
    sa.Column("detail", sa.JSON, nullable=False),
    sa.Column("previous", sa.String(64), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.Index(None, "at_ms"),
    sa.Index(None, "job", "what"),
)
