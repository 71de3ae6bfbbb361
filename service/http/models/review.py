"""What is not out yet."""

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict

from portevoix.delivery.manifest import Delivery
from service.http.models.problems import Answer


class DeliveryList(Answer):
    """The finished files of a job, as its manifest lists them, each as it was finished last.

    `unfinished`: languages whose words or files are still being changed; what is seen of them is not approved yet.
    `rounds`: those whose whole set stands, for `round`.
    """

    deliveries: list[Delivery]
    unfinished: list[str] = []
    rounds: list[int] = []

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "deliveries": [
                        {
                            "path": "square/essai_square_fr.mp4",
                            "kind": "video",
                            "account": None,
                            "placement": None,
                            "language": "fr",
                            "format": "square",
                            "key": "video-3f9a",
                            "made_from": [],
                            "part": None,
                            "width": 1080,
                            "height": 1080,
                            "frames": 250,
                            "fps": "25",
                            "duration_s": 10.0,
                            "bytes": 310482,
                            "sha256": "5c" * 32,
                            "checks": [],
                        }
                    ],
                    "unfinished": ["ar"],
                    "rounds": [1],
                }
            ]
        }
    )


class PlanView(Answer):
    """What is made for a job, as `portevoix plan --json` prints it."""

    plan: dict[str, Any]

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"plan": {"schema_version": 1, "job": "essai", "fps": "25", "frames": 250, "scenes": [], "videos": []}}
            ]
        }
    )
