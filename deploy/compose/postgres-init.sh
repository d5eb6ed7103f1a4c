#!/bin/sh
# Run once by the PostgreSQL image on a new cluster: an account and databases for each user of it.
set -eu
make() {
    psql --username postgres --dbname postgres --set ON_ERROR_STOP=1 \
        --set name="$1" --set password="$(cat "/run/secrets/$2")" <<'SQL'
create role :"name" login password :'password';
SQL
}
make temporal temporal_password
make thads register_password
for database in temporal temporal_visibility; do
    createdb --username postgres --owner temporal "$database"
done
createdb --username postgres --owner thads --encoding UTF8 --template template0 thads
mkdir -p /backup/wal
