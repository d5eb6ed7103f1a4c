"""Register the search attributes with Temporal, refusing one that has another type."""

from __future__ import annotations

from temporalio.api.operatorservice.v1 import (
    AddSearchAttributesRequest,
    ListSearchAttributesRequest,
)
from temporalio.client import Client

from workflows.attributes import ALL_KEYS


async def ensure_search_attributes(client: Client) -> None:
    """Add the search attributes that are missing.

    Raises `RuntimeError` when one exists with another type: the server itself would say
    yes and change nothing.
    """
    service = client.operator_service
    listed = await service.list_search_attributes(
        ListSearchAttributesRequest(namespace=client.namespace)
    )
    known = dict(listed.custom_attributes)
    missing = {}
    for key in ALL_KEYS:
        wanted = int(key.indexed_value_type)
        if key.name not in known:
            missing[key.name] = wanted
        elif known[key.name] != wanted:
            raise RuntimeError(
                f"search attribute {key.name!r} exists with type {known[key.name]}, "
                f"type {wanted} is needed; remove it from namespace {client.namespace!r}"
            )
    if missing:
        await service.add_search_attributes(
            AddSearchAttributesRequest(
                namespace=client.namespace,
                search_attributes=missing,  # type: ignore[arg-type]
            )
        )
