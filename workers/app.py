"""The Celery application: queues, limits, and a reason for each setting. `celery -A workers.app worker -Q
urgent,interactive`

Celery carries hints ("look at work 42") and keeps processes running; it keeps no state of ours. Results, retries,
chords, late acknowledgement and its priorities are therefore not used: the ledger does what they are for.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

# Celery reads this when its worker is imported. TERM then ends a worker as QUIT does: a soft shutdown within a set
# time, and no wait for the longest encode.
os.environ.setdefault("REMAP_SIGTERM", "SIGQUIT")

from celery import Celery
from celery.signals import setup_logging, worker_process_shutdown
from kombu import Queue

from portevoix import ffmpeg
from portevoix.errors import BrokenInstallation
from portevoix.ffmpeg_age import age_of
from portevoix.render.deadline import LONGEST_S
from service import at_rest, logs
from service.ledger import Message
from service.ledger.states import Priority
from service.settings import Settings, settings

log = logging.getLogger(__name__)

LOOK = "portevoix.look"
CONNECT_TIMEOUT_S = 4  # a broker that does not answer at once is away; the outbox keeps what it has not heard


def make_app(given: Settings) -> Celery:
    """An application for these settings. Raises BrokenInstallation for a broker that is not known."""
    scheme = urlsplit(given.broker).scheme
    if scheme not in _TRANSPORT:
        raise BrokenInstallation(
            f"PORTEVOIX_BROKER is {scheme}://…; write filesystem:///FOLDER, redis://HOST:6379/0 or amqp://USER@HOST:5672//"
        )
    app = Celery("portevoix", include=["workers.tasks"])
    app.conf.update(
        broker_url="filesystem://" if scheme == "filesystem" else given.broker,
        broker_transport_options=_TRANSPORT[scheme](given.broker),
        task_queues=[_queue(priority, quorum=scheme == "amqp") for priority in Priority],
        worker_disable_prefetch=scheme == "redis",  # only the Redis transport can
        worker_soft_shutdown_timeout=given.soft_shutdown_s,
        **FIXED,
    )
    return app


# What no installation decides.
FIXED = {
    "broker_connection_timeout": CONNECT_TIMEOUT_S,
    "broker_connection_retry_on_startup": True,  # workers and broker may start in any order
    "broker_connection_max_retries": None,  # an outage has no longest length
    # work goes on under its lease, whatever the broker does
    "worker_cancel_long_running_tasks_on_connection_loss": False,
    "task_default_queue": Priority.BULK.value,
    "task_create_missing_queues": False,  # a mistyped queue is an error, not a queue that nobody reads
    # Acknowledged when work begins: the ledger sends a lost message again. Acknowledged late, Redis would start every
    # render again that is longer than its visibility timeout, RabbitMQ would end one after 30 minutes, and both would
    # deliver for ever what kills its worker.
    "task_acks_late": False,
    "task_ignore_result": True,  # what came out stands in the ledger
    "task_publish_retry": False,  # the outbox is the retry
    # One message in hand for each process: the others stay where a free worker finds them.
    "worker_prefetch_multiplier": 1,
    "worker_enable_soft_shutdown_on_idle": False,
    # Above every deadline of one ffmpeg: it ends a process that hangs outside of ffmpeg. The work then counts as a
    # failed try when its lease runs out.
    "task_time_limit": LONGEST_S + 600,
    "worker_max_tasks_per_child": 200,  # libraries in C leak a little; a new process costs a second in half an hour
    "worker_hijack_root_logger": False,
    "worker_send_task_events": False,
    "task_serializer": "json",
    "accept_content": ["json"],  # never pickle: who reaches the broker would run code here
}


def _queue(priority: Priority, quorum: bool) -> Queue:
    """The queue of a priority. Quorum queues where RabbitMQ is: they outlive a node, and set their prefetch for each
    consumer, which RabbitMQ 4.3 asks for.
    """
    arguments = {"x-queue-type": "quorum"} if quorum else None
    return Queue(priority.value, routing_key=priority.value, queue_arguments=arguments)


def _filesystem(url: str) -> dict[str, Any]:
    folder = Path(urlsplit(url).path)
    messages, control = folder / "messages", folder / "control"
    for place in (messages, control):
        place.mkdir(parents=True, exist_ok=True)
    return {
        "data_folder_in": str(messages),
        "data_folder_out": str(messages),
        "control_folder": str(control),
        "polling_interval": 0.1,  # s; the default of 1 s costs as much on every stage of a job
    }


def _redis(url: str) -> dict[str, Any]:
    return {
        "socket_connect_timeout": CONNECT_TIMEOUT_S,
        "socket_timeout": 30,  # s; without it a dead connection is waited for without end
        "socket_keepalive": True,
        "health_check_interval": 25,
        "queue_order_strategy": "priority",  # queues are read in the order in which `-Q` names them
    }


def _amqp(url: str) -> dict[str, Any]:
    return {"confirm_publish": True}  # without it a message may be lost between the socket and the queue, unnoticed


_TRANSPORT = {"filesystem": _filesystem, "redis": _redis, "rediss": _redis, "amqp": _amqp, "amqps": _amqp}


def send(message: Message) -> None:
    """Say to the broker where to look. Raises what its library raises when it does not answer."""
    app.send_task(LOOK, [message.work], queue=message.queue, retry=False)


def _begin_worker(loglevel: int | str, **_: object) -> None:
    at_rest.keep_private()
    logs.set_up(loglevel)
    try:
        age = age_of(ffmpeg.build(), datetime.now(UTC).date())
    except (BrokenInstallation, OSError, subprocess.CalledProcessError) as error:
        log.warning("there is no ffmpeg to be started: %s", type(error).__name__)
    else:
        log.log(logging.INFO if age.good else logging.WARNING, "ffmpeg: %s", age.state)


def _end_process(**_: object) -> None:
    """Let a pool process that ends do so by itself.

    Its pool sends it QUIT as soon as it has read that it ends. The process may hold the lock of their pipe at that
    moment, and the pool would then wait for this lock without end. Billiard 4.3.2 blocks the signal therefore, but in
    one thread of several.
    """
    signal.signal(signal.SIGQUIT, signal.SIG_IGN)


setup_logging.connect(_begin_worker)  # a worker then leaves its logs to us
worker_process_shutdown.connect(_end_process)
app = make_app(settings())
