"""What of the image, of compose.yaml and of the example for Kubernetes can be shown without an engine that runs
containers.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import celery.bin.worker
import pytest
from ruamel.yaml import YAML
from services import NOTICE
from worker_context import context_in

from portevoix.library import ROOT
from portevoix.store import FolderStore
from service.http import server
from service.http.settings import HttpSettings
from service.ledger import duties
from service.ledger.duties import REPAIRS, SWEEPS, WEBHOOKS
from service.ledger.states import Priority
from service.metrics import Metrics
from service.settings import Settings

pytest_plugins = ("servers",)


if TYPE_CHECKING:
    pass

KUBERNETES = sorted((ROOT / "deploy" / "kubernetes").glob("*.yaml"))
OPERATIONS = (ROOT / "docs" / "operations.md").read_text("utf-8")
FIELDS = {f"PORTEVOIX_{name.upper()}" for name in HttpSettings.model_fields}
OTHER_VARIABLES = {"PORTEVOIX_FFMPEG", "PORTEVOIX_CRASH_AT"}  # read by the engine, and by the tests of crashes
NOT_OURS = ("postgres", "redis", "s3", "bucket")


def yaml(path: Path) -> list[Any]:
    return list(YAML(typ="safe").load_all(path.read_text("utf-8")))


(COMPOSE,) = yaml(ROOT / "compose.yaml")
OBJECTS = [found for path in KUBERNETES for found in yaml(path)]
PODS = {o["metadata"]["name"]: o["spec"]["template"]["spec"] for o in OBJECTS if o["kind"] == "Deployment"}


def dockerfile() -> list[tuple[str, str]]:
    """Its instructions and their arguments, continued lines joined."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text("utf-8"), flags=re.MULTILINE)
    lines = [line.strip() for line in text.replace("\\\n", " ").splitlines() if line.strip()]
    return [(line.split()[0], " ".join(line.split()[1:])) for line in lines]


def arguments(instruction: str) -> list[str]:
    return [rest for name, rest in dockerfile() if name == instruction]


def copied() -> dict[str, str]:
    """What the image is given from the tree, and under which name."""
    pairs = [shlex.split(rest) for rest in arguments("COPY") if not rest.startswith("--from")]
    return {
        source: os.path.normpath(target + Path(source).name if target.endswith("/") else target)
        for *sources, target in pairs
        for source in sources
    }


def environments() -> Iterator[tuple[str, dict[str, str]]]:
    """The settings of each place, with something in the place of what an operator fills in."""
    (given,) = arguments("ENV")
    yield "Dockerfile", dict(word.split("=", 1) for word in shlex.split(given))
    for name, service in COMPOSE["services"].items():
        if name not in NOT_OURS:
            yield (
                f"compose.yaml, {name}",
                {k: re.sub(r"\$\{.*?\}", "secret", v) for k, v in service["environment"].items()},
            )
    yield (
        "kubernetes",
        {name: value for o in OBJECTS for name, value in {**o.get("data", {}), **o.get("stringData", {})}.items()},
    )


def commands() -> dict[str, list[str]]:
    """Every command that starts one of our processes, and every probe of one."""
    found = {"Dockerfile, CMD": json.loads(arguments("CMD")[0])}
    for name, service in COMPOSE["services"].items():
        if name not in NOT_OURS:
            if "command" in service:
                found[f"compose.yaml, {name}"] = service["command"]
            if "healthcheck" in service:
                found[f"compose.yaml, health of {name}"] = service["healthcheck"]["test"][1:]
    for name, pod in PODS.items():
        (container,) = pod["containers"]
        if "command" in container:
            assert container["command"][:2] == json.loads(arguments("ENTRYPOINT")[0])
            found[f"kubernetes, {name}"] = container["command"][2:]
        if "exec" in container["livenessProbe"]:
            found[f"kubernetes, health of {name}"] = container["livenessProbe"]["exec"]["command"]
    return found


COMMANDS = {name: [re.sub(r"\$\{.*:-(.*?)\}", r"\1", word) for word in words] for name, words in commands().items()}


def worker_options(words: list[str]) -> dict[str, Any]:
    assert words[:5] == ["celery", "-q", "-A", "workers.app", "worker"]
    from workers.app import app

    context = celery.bin.worker.worker.make_context(
        "worker", words[5:], obj=type("Given", (), {"app": app, "no_color": True, "quiet": True, "workdir": None})()
    )
    return dict(context.params)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_can_be_given(name: str) -> None:
    words = COMMANDS[name]
    match words:
        case ["celery", *_]:
            options = worker_options(words)
            assert set(options["queues"]) <= {priority.value for priority in Priority}
            assert options["without_gossip"] and options["without_mingle"] and options["concurrency"] >= 1
        case ["python", "-m", "service.http.server", *rest]:
            given = vars(server.arguments().parse_args(rest))
            assert set(given) == {"host", "port"} and given["host"] == "0.0.0.0"
            assert copied()["api.py"] == "api.py" and "deploy/logging.json" in copied()
        case ["python", "-m", module, *_]:
            assert importlib.util.find_spec(module)
        case _:
            raise AssertionError(f"nothing is known of {words[0]}")


@pytest.mark.parametrize("place", ["compose.yaml, ", "kubernetes, "])
def test_every_queue_is_read_one_worker_is_kept_for_the_urgent_and_probes_name_their_worker(place: str) -> None:
    workers = {
        name.removeprefix(place): words
        for name, words in COMMANDS.items()
        if name.startswith(place) and "celery" in words
    }
    queues = {name: worker_options(words)["queues"] for name, words in workers.items()}
    assert set().union(*queues.values()) == {priority.value for priority in Priority}
    assert queues["worker-urgent"] == ["urgent"]
    # Redis's queues are read in the order in which they are named.
    assert queues["worker"] == [priority.value for priority in Priority]
    for name, words in workers.items():
        called = worker_options(words)["hostname"].partition("@")[0]
        assert COMMANDS[f"{place}health of {name}"][-2:] == ["--worker", called]


@pytest.mark.parametrize(("place", "environment"), list(environments()))
def test_every_setting_is_one_of_the_codes_and_its_value_is_taken(place: str, environment: dict[str, str]) -> None:
    ours = {name: value for name, value in environment.items() if name.startswith("PORTEVOIX_")}
    assert set(ours) <= FIELDS
    assert HttpSettings.model_validate({name.removeprefix("PORTEVOIX_").lower(): value for name, value in ours.items()})


def test_every_variable_and_path_that_the_pages_name_is_there() -> None:
    text = (
        OPERATIONS
        + (ROOT / "compose.yaml").read_text("utf-8")
        + "".join(path.read_text("utf-8") for path in KUBERNETES)
    )
    assert set(re.findall(r"PORTEVOIX_[A-Z0-9_]*[A-Z0-9]", text)) <= FIELDS | OTHER_VARIABLES
    for path in set(
        re.findall(r"(?<![\w/.:])(?:deploy|docs|workers|portevoix|scripts|tests|benchmarks)/[\w./-]*\w", OPERATIONS)
    ):
        assert (ROOT / path).exists() or path == "deploy/GPL-3", path
    for module in set(re.findall(r"python -m ([\w.]+)", text)):
        assert importlib.util.find_spec(module), module


def test_what_the_image_is_given_is_there_and_reaches_the_engine() -> None:
    ignore = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    let_through = {line[1:] for line in ignore if line.startswith("!")}
    assert ignore[1] == "*", "all else stays outside"
    assert let_through == set(copied())
    for path in copied():
        assert (ROOT / path).exists(), path


def test_the_image_installs_as_make_does() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8").replace("\\\n", " ")
    (pip,) = re.findall(r"^PIP := (.*)", makefile, re.MULTILINE)
    wanted = pip.replace("$(BIN)", ".venv/bin").split()
    steps = [rest.split() for rest in arguments("RUN") if "pip install" in rest]
    assert [[word for word in step if word != "--no-cache-dir"][:-2] for step in steps] == [wanted, wanted]
    locks = [step[-1] for step in steps]
    assert (
        re.findall(r"\$\(PIP\) -r ([\w.-]+)", makefile)[:2] == locks == ["requirements-build.lock", "requirements.lock"]
    )
    assert [rest for rest in arguments("RUN") if rest.endswith("scripts/link-source.py")]


def test_every_base_is_named_by_its_exact_version() -> None:
    (base,) = (rest.removeprefix("BASE=") for rest in arguments("ARG"))
    assert [rest.split()[0] for rest in arguments("FROM")] == ["${BASE}"] * 2
    images = {base, *(service["image"] for service in COMPOSE["services"].values())}
    images |= {container["image"] for pod in PODS.values() for container in pod["containers"]}
    assert all(re.fullmatch(r"[\w./-]+:(\d+\.)+\d+(-[a-z-]+)?", image) for image in images), images


def test_no_container_is_roots_or_can_write_beside_its_volumes() -> None:
    (user,) = arguments("USER")
    for name, service in COMPOSE["services"].items():
        assert service["read_only"] and service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert int(service.get("user", user).partition(":")[0]) > 0, name
        assert "healthcheck" in service or name in ("bucket", "api"), name
    for name, pod in PODS.items():
        assert (
            pod["securityContext"]["runAsNonRoot"]
            and f"{pod['securityContext']['runAsUser']}" == user.partition(":")[0]
        )
        for container in pod["containers"]:
            locked = container["securityContext"]
            assert locked["readOnlyRootFilesystem"] and not locked["allowPrivilegeEscalation"], name
            assert locked["capabilities"] == {"drop": ["ALL"]} and container["livenessProbe"], name
            assert {mount["name"] for mount in container["volumeMounts"]} == {
                volume["name"] for volume in pod["volumes"]
            }
    for name, service in COMPOSE["services"].items():
        volumes = service.get("volumes", ())
        assert {volume.partition(":")[0] for volume in volumes if isinstance(volume, str)} <= set(COMPOSE["volumes"])
        assert all(bound["read_only"] for bound in volumes if not isinstance(bound, str)), name
        assert set(service["networks"]) <= set(COMPOSE["networks"])
        assert set(service.get("depends_on", ())) <= set(COMPOSE["services"])


def test_a_worker_that_is_told_to_stop_has_time_to_give_its_work_back() -> None:
    needed = Settings.model_fields["soft_shutdown_s"].default + 10
    for name, service in COMPOSE["services"].items():
        if name.startswith("worker"):
            assert int(service["stop_grace_period"].removesuffix("s")) >= needed
    for name, pod in PODS.items():
        if name.startswith("worker"):
            assert pod["terminationGracePeriodSeconds"] >= needed


def test_alerts_and_the_autoscaler_name_series_that_are_told(tmp_path: Path) -> None:
    context = context_in(tmp_path)
    duties.lead(context.ledger, "repairs", "here", 60)
    answer = Metrics(context.ledger, FolderStore(tmp_path / "store")).exposition().decode()
    told = set(re.findall(r"^(portevoix_\w+)", answer, re.MULTILINE)) | {"portevoix_attempts_total"}
    (alerts,) = yaml(ROOT / "deploy" / "alerts.yml")
    rules = [rule for group in alerts["groups"] for rule in group["rules"]]
    queries = [rule["expr"] for rule in rules]
    queries += [
        trigger["metadata"]["query"]
        for o in OBJECTS
        if o["kind"] == "ScaledObject"
        for trigger in o["spec"]["triggers"]
    ]
    assert set(re.findall(r"portevoix_\w+", " ".join(queries))) <= told
    documented = set(re.findall(r"portevoix_\w+", OPERATIONS))
    assert {name for name in told if not name.endswith(("_created", "_bucket", "_count", "_sum"))} - documented == set()
    for label, value in re.findall(r'(\w+)!?="(\w+)"', " ".join(queries)):
        known = {
            "job": {"portevoix"},
            "queue": set(Priority),
            "duty": {REPAIRS, WEBHOOKS, SWEEPS},
            "outcome": {"expired"},
        }
        assert value in known.get(label, {"infrastructure", "resource", "unknown", "given_up"})
    (prometheus,) = yaml(ROOT / "deploy" / "prometheus.yml")
    assert prometheus["rule_files"] == ["alerts.yml"]
    assert set(re.findall(r"^### (\w+)$", OPERATIONS, re.MULTILINE)) == {rule["alert"] for rule in rules}


# In a namespace of mounts where everything is read-only but what the image has volumes for: start the commands, hand
# a job in over HTTP, wait for its end, stop the commands as an engine does.
DRIVER = """
import json, os, subprocess, sys, time, urllib.request
commands, environment, document = json.loads(sys.stdin.read())
environment = {**os.environ, **environment}
run = lambda words: [sys.executable, "-S", "-m", *(words[2:] if words[0] == "python" else words)]
new = ["workers.commands", "token", "new", "--name", "proof", "--account", "*", "--scope", "admin"]
made = subprocess.run(run(new), env=environment, check=True, stdout=subprocess.PIPE, text=True)
token = made.stdout.strip()
logs = {name: open(f"/tmp/{name}", "wb") for name in commands}
begin = lambda words, log: subprocess.Popen(run(words), env=environment, stdout=log, stderr=log)
processes = {name: begin(words, logs[name]) for name, words in commands.items()}

def ask(path, body=None):
    address = "http://127.0.0.1:" + environment["PROOF_PORT"] + path
    headers = {"Authorization": "Bearer " + token, "Content-Type": "application/json"}
    request = urllib.request.Request(address, body and json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)

def until(wanted, within_s):
    give_up_s = time.monotonic() + within_s
    while True:
        try:
            if found := wanted():
                return found
        except OSError:
            pass
        if time.monotonic() > give_up_s:
            return None
        time.sleep(0.1)

ready = until(lambda: ask("/readyz"), 150)
job = ready and ask("/jobs", {"name": "proof", "document": document, "draft": True, "priority": "urgent"})
state = job and until(lambda: (s := ask("/jobs/" + job["id"])["state"]) in ("done", "failed", "refused") and s, 100)
for process in processes.values():
    process.terminate()
ended = {name: process.wait(40) for name, process in processes.items()}
print(json.dumps({"ready": ready, "state": state, "ended": ended,
                  "logs": {name: open(f"/tmp/{name}", encoding="utf-8").read() for name in commands}}))
"""
LOCKED = """
set -e
mount --make-rprivate /
mount --bind "$1" /mnt
mount -o remount,ro,bind /mnt
mount -t tmpfs tmpfs /media
mkdir /media/cache /media/deliveries /media/python
environment="$(dirname "$(dirname "$2")")"
mount --bind "$environment" /media/python
mount -o remount,ro,bind /
mount -t tmpfs tmpfs /tmp
mkdir -p "$environment"
mount --bind /media/python "$environment"
cd /mnt
exec setpriv --no-new-privs --bounding-set=-all --inh-caps=-all "$2" -S -c "$3"
"""


def locked(image: Path, code: str, given: str = "") -> str:
    namespace = ["unshare", "--mount", *(() if os.geteuid() == 0 else ("--map-root-user",))]
    site = str(Path(pytest.__file__).parents[1])
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": "/tmp",
        "PYTHONPATH": f"/mnt:{site}",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    done = subprocess.run(
        [*namespace, "sh", "-c", LOCKED, "sh", str(image), sys.executable, code],
        input=given,
        env=environment,
        capture_output=True,
        check=False,
        text=True,
        timeout=320,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return done.stdout


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder /app as the Dockerfile fills it, without its environment."""
    folder = tmp_path_factory.mktemp("image")
    for source, target in copied().items():
        place = folder / target
        place.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, place, ignore=shutil.ignore_patterns("__pycache__", "*.part"))
        else:
            shutil.copyfile(ROOT / source, place)
    (compiling,) = [rest for rest in arguments("RUN") if "compileall" in rest]
    subprocess.run([sys.executable, *compiling.partition("bin/python ")[2].split()], cwd=folder, check=True)
    return folder


def test_a_read_only_image_makes_a_job_from_http_to_its_end_by_the_commands_of_compose(image: Path) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        free = str(listener.getsockname()[1])
    api = [*COMMANDS["Dockerfile, CMD"]]
    api[api.index("--port") + 1], api[api.index("--host") + 1] = free, "127.0.0.1"
    given = {
        "api": api,
        "urgent": COMMANDS["compose.yaml, worker-urgent"],
        "reconciler": COMMANDS["compose.yaml, reconciler"],
    }
    environment = {
        "PROOF_PORT": free,
        "PORTEVOIX_DATABASE": "sqlite:////media/ledger.db",
        "PORTEVOIX_BROKER": "filesystem:///media/broker",
        "PORTEVOIX_STORE": "/media/store",
        "PORTEVOIX_DELIVERIES": "/media/deliveries",
        "PORTEVOIX_FREE_BYTES": "0",
        "PYTHONWARNINGS": "ignore",  # Celery's, of a worker that is root's
    }
    told = json.loads(locked(image, DRIVER, given=json.dumps([given, environment, NOTICE])))
    assert told["ready"] and told["ready"]["ready"], told
    assert told["state"] == "done", told["logs"]
    # uvicorn ends in order, then once more by the signal that it was sent.
    assert told["ended"] == {"api": -signal.SIGTERM, "urgent": 0, "reconciler": 0}, told
    assert "Finished server process" in told["logs"]["api"].splitlines()[-1]
    for name in ("api", "urgent"):
        lines = [line for line in told["logs"][name].splitlines() if line.startswith("{")]
        assert lines and all(json.loads(line)["event"] for line in lines)
        assert "Traceback" not in told["logs"][name]


def test_a_read_only_image_is_sound(image: Path) -> None:
    said = locked(
        image,
        "from portevoix.doctor import *; from pathlib import Path; [print(f) for f in examine(Path('/mnt')) "
        "if not f.good]",
    )
    assert (
        "temporary files" not in said and "fonts" not in said and "setpriv" not in said and "data files" not in said
    ), said
