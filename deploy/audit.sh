#!/bin/sh
# Look the locked packages up among the published advisories: make audit.
# Ends with 0 where none is known, 1 where one is, 2 where they could not be looked up.
set -u
python=${PYTHON:-python3}
tools=var/audit-tools
mkdir -p var

if [ ! -x "$tools/bin/pip-audit" ]; then
    if ! { "$python" -m venv "$tools" && "$tools/bin/python" -m pip install --quiet \
            --disable-pip-version-check pip-audit; }; then
        rm -rf "$tools"
        echo "audit: nothing was audited; pip-audit could not be installed, the package index" \
            "does not answer. Run it again on a machine that reaches it." >&2
        exit 2
    fi
fi

for lock in requirements*.lock; do
    found=var/audit.json
    rm -f "$found"
    # The locks are complete and hashed, so nothing is resolved or installed.
    "$tools/bin/pip-audit" --disable-pip --require-hashes --progress-spinner off \
        --format json --output "$found" --requirement "$lock"
    status=$?
    if [ ! -s "$found" ]; then
        echo "audit: $lock was not audited; the advisories could not be reached." >&2
        exit 2
    fi
    if [ "$status" -ne 0 ]; then
        echo "audit: $lock holds packages with known weaknesses, listed in $found" >&2
        exit 1
    fi
    echo "audit: $lock has no package with a known weakness"
done
exit 0
