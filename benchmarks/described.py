"""Does the service answer as its description says, whoever asks and whatever is sent? `python benchmarks/described.py`

Requests made from the description itself, round after round with another seed, by an administrator, by somebody with a
token that may do nothing there, and by nobody, until the time is over. Ends with 1 where an answer was a fault of the
service, or is not described.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import checks

from portevoix.library import ROOT

sys.path.insert(0, str(ROOT / "tests" / "helpers"))
from http_service import HttpService

from service.gate import Scope
from service.ledger import Submission, duties, jobs
from service.ledger.duties import REPAIRS

CHECKED = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "unsupported_method",
)
EXAMPLES = 10  # of each operation in a round
AT_ONCE = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.generate,),
)


class Asking:
    """Everybody who asks, and what was wrong with the answers."""

    def __init__(self, service: HttpService) -> None:
        self.service, self.asked, self.wrong = service, 0, Counter[str]()
        self.job = jobs.submit(service.context.ledger, Submission("0" * 32, "avis", "recipe: alert\nlanguages: [fr]\n"))
        jobs.cancel(service.context.ledger, self.job)
        tokens = {"administrator": service.token(), "metrics": service.token(Scope.METRICS)}
        self.askers = {name: {"Authorization": f"Bearer {secret}"} for name, secret in tokens.items()}
        self.askers |= {"nobody": {}, "a wrong token": {"Authorization": "Bearer pvx_none"}}
        checks.load_all_checks()
        self.checks = checks.CHECKS.get_by_names(list(CHECKED))

    def ask(self, operation: Any, number: int) -> None:
        """Ask for an operation with this seed, as everybody."""
        for name, headers in self.askers.items():
            self._asked_by(operation, name, headers, number)()

    def _asked_by(self, operation: Any, name: str, headers: dict[str, str], number: int) -> Callable[[], None]:
        @seed(number)
        @AT_ONCE
        @given(case=operation.as_strategy())
        def asked(case: Any) -> None:
            if "job" in case.path_parameters and len(str(case.path_parameters["job"])) == len(self.job):
                case.path_parameters["job"] = self.job
            self.asked += 1
            try:
                case.call_and_validate(base_url=self.service.url, headers=headers, checks=self.checks, timeout=30)
            except Exception as error:  # each is counted, and the next is asked
                self.note(f"{operation.label} by {name}: {type(error).__name__}: {str(error)[:300]}")

        return asked

    def note(self, what: str) -> None:
        """Say a mistake when it is first seen."""
        if not self.wrong[what]:
            print(what, flush=True)
        self.wrong[what] += 1


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--minutes", type=float, default=10)
    minutes = parser.parse_args().minutes
    schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")
    with tempfile.TemporaryDirectory() as folder:
        wide = {"requests": 10**8, "requests_each": 10**8, "queued_jobs": 10**6, "upload_bytes": 10_000}
        service = HttpService(Path(folder), **wide)
        with service.open():
            duties.lead(service.context.ledger, REPAIRS, "benchmark", 10**6)
            asking, until_s = Asking(service), time.monotonic() + 60 * minutes
            schema = schemathesis.openapi.from_dict(service.app.openapi())
            found = [result.ok() for result in schema.get_all_operations()]
            for number, operation in ((n, one) for n in itertools.count() for one in found):
                if time.monotonic() > until_s:
                    break
                asking.ask(operation, number)
    print(f"{asking.asked} requests of {len(found)} operations in {minutes:g} minutes, {len(asking.wrong)} mismatches")
    return 1 if asking.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
