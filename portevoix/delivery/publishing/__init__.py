"""Publishing a finished set to a destination: its files first, then its manifest, then the stable name of the newest.

    files/<job>/<number>/<SHA-256>/<name>       each file under its digest: no version overwrites another
    manifests/<job>/<number>-<digest>.json      every set that was published, never changed
    manifests/<job>/newest.json                 a copy of the newest: where readers begin

Readers see a whole set or none, since one object says which files belong together, and they are there before it.
"""

from portevoix.delivery.publishing.editions import Edition, newest_edition
from portevoix.delivery.publishing.publish import STEPS, Published, publish
from portevoix.delivery.publishing.withdraw import Withdrawn, withdraw

__all__ = ["STEPS", "Edition", "Published", "Withdrawn", "newest_edition", "publish", "withdraw"]
