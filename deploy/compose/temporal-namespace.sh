#!/bin/sh
# Make the namespace once; closed dossiers stay in Temporal for ten years, as the archive expects.
set -eu
until temporal operator cluster health; do sleep 3; done
temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" \
    || temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention 3653d
