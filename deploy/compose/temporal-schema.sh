#!/bin/sh
# Bring Temporal's two databases to the schema of this release; run again it changes nothing.
set -eu
SQL_PASSWORD="$(cat /run/secrets/temporal_password)"
export SQL_PASSWORD
at="--plugin postgres12 --ep postgres --port 5432 --user temporal"
schema=/etc/temporal/schema/postgresql/v12
for pair in temporal:temporal temporal_visibility:visibility; do
    database=${pair%%:*}
    kind=${pair##*:}
    # shellcheck disable=SC2086 - the words of $at are arguments
    temporal-sql-tool $at --db "$database" setup-schema -v 0.0 || true
    # shellcheck disable=SC2086
    temporal-sql-tool $at --db "$database" update-schema -d "$schema/$kind/versioned"
done
