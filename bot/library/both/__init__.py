"""What both engines ask in the same words: SQL that SQLite and PostgreSQL read alike.

Each engine's folder holds what differs: connections, tables, the keeping of
files, finding. Here stands what does not, so that it is written and mended
once. The SQL keeps to what both know: named values (``:story``), ``TRUE``,
``ON CONFLICT (column)``, ``RETURNING``, ``count(*) FILTER (WHERE …)``; no list
in a value, no function that only one of them has.
"""
