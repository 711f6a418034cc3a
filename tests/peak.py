"""The command line with its peak memory, in kilobytes, as the last line of standard error.

First of this process, then of the largest of its children.
"""

import resource
import sys

from bot.cli import main

try:
    main(sys.argv[1:])
finally:
    own, children = (
        resource.getrusage(whose).ru_maxrss
        for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    sys.stderr.write(f"\n{own} {children}\n")
