"""Let this environment run the source tree: a path file and the command. Run by `make setup` with the environment's
Python.
"""

import sys
import sysconfig
from pathlib import Path

root = Path(__file__).resolve().parents[1]
(Path(sysconfig.get_path("purelib")) / "portevoix.pth").write_text(f"{root}\n", "utf-8")
command = Path(sysconfig.get_path("scripts")) / "portevoix"
command.write_text(f"#!{sys.executable}\nfrom workers.commands import main\n\nmain()\n", "utf-8")
command.chmod(0o755)
