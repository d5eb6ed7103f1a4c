#!/bin/sh
# Make the secrets of deploy/compose.yaml once, as files for their owner alone. What is there stays.
set -eu
umask 077
cd "$(dirname "$0")/.."
mkdir -p secrets compose/config
chmod 700 secrets
keep() {
    [ -s "secrets/$1" ] || printf '%s' "$2" > "secrets/$1"
}
password() {
    openssl rand -hex 24
}
for name in postgres_password temporal_password register_password grafana_password; do
    keep "$name" "$(password)"
done
# Empty where the next mail server asks for none.
[ -e secrets/relayhost_password ] || : > secrets/relayhost_password
keep thads_database_url "postgresql://thads:$(cat secrets/register_password)@postgres:5432/thads"
keep thads_smtp_url "smtp://mail:587"
keep thads_link_secret "$(openssl rand -base64 48 | tr -d '\n')"
keep thads_seal_key "$(openssl rand -base64 32)"
# Containers run under other accounts: they read the files, the folder is passable for its owner alone.
chmod 444 secrets/*
echo "secrets: $(pwd)/secrets; keep a copy of thads_seal_key elsewhere, apart from every backup"
