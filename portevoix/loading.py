"""MoviePy is loaded by one thread at a time: by what moves drawings, and by what looks for shots, since PySceneDetect
loads it too.

Two variants are drawn at once. Two threads that load a package whose modules load each other may each wait for what the
other holds, and Python then refuses one of them.
"""

from __future__ import annotations

import threading

loading = threading.Lock()
