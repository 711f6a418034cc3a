"""The command line with its peak memory, in kilobytes, as the last line of standard error.

First of this process, then of the largest of its children.
"""

import resource
import sys
from pathlib import Path

from bot.cli import main

try:
    main(sys.argv[1:])
finally:
    # Not getrusage for ourselves: a process starts with its parent's peak there.
    status = Path("/proc/self/status").read_text("ascii")
    own = next(int(line.split()[1]) for line in status.splitlines() if "VmHWM" in line)
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    sys.stderr.write(f"\n{own} {children}\n")
