"""The service answers as its description says, whatever is sent: requests made from the description itself.

Some for each operation; with PORTEVOIX_LONG=1 some hundred.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from http_service import HttpService
from hypothesis import HealthCheck, Phase, settings
from schemathesis import checks

from api import make_app
from service.http.settings import HttpSettings
from service.ledger import Submission, duties, jobs
from service.ledger.duties import REPAIRS

EXAMPLES = 400 if os.environ.get("PORTEVOIX_LONG") else 10
checks.load_all_checks()
schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")
NAMES = ["not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance"]
CHECKS = checks.CHECKS.get_by_names(NAMES)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HttpService]:
    service = HttpService(tmp_path_factory.mktemp("described"), upload_bytes=10_000, queued_jobs=10**6)
    with service.open():
        duties.lead(service.context.ledger, REPAIRS, "test", 10**6)
        yield service


@pytest.fixture(scope="module")
def there(service: HttpService) -> dict[str, str]:
    """A job that has ended and an upload, both of a token that may do everything; its secret."""
    secret = service.token()
    job = jobs.submit(service.context.ledger, Submission("0" * 32, "avis", "recipe: alert\nlanguages: [fr]\n"))
    jobs.cancel(service.context.ledger, job)
    return {"job": job, "secret": secret}


def _described() -> dict[str, Any]:
    nowhere = Path(tempfile.gettempdir()) / "portevoix-described"  # an application opens nothing before it starts
    return make_app(
        HttpSettings(database=f"sqlite:///{nowhere}.db", store=str(nowhere)), lambda message: None
    ).openapi()


schema = schemathesis.openapi.from_dict(_described())


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    database=None,
    derandomize=EXAMPLES < 100,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate),
)
def test_every_answer_is_one_that_is_described(case: Any, service: HttpService, there: dict[str, str]) -> None:
    if "job" in case.path_parameters and len(str(case.path_parameters["job"])) == 32:
        case.path_parameters["job"] = there["job"]  # a random one is unknown, and only that would be tried
    token = {"Authorization": f"Bearer {there['secret']}"}
    case.call_and_validate(base_url=service.url, headers=token, checks=CHECKS, timeout=120)
