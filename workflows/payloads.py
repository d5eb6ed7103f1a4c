"""Say how values become payloads, and have what encodes them ready for many dossiers at once."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection
from dataclasses import replace

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import (
    DataConverter,
    DefaultFailureConverterWithEncodedAttributes,
    PayloadCodec,
)

from workflows.messages import workflow_id


class PreparingCodec(PayloadCodec):
    """A codec that can have the keys of many workflows ready at once."""

    @abstractmethod
    async def prepare(self, workflows: Collection[str]) -> None:
        """Have the keys of these workflows ready, if they can be had."""


def converter_of(codec: PayloadCodec | None) -> DataConverter:
    """Give how values become payloads; with a codec failures' messages are encoded too."""
    if codec is None:
        return pydantic_data_converter
    return replace(
        pydantic_data_converter,
        payload_codec=codec,
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )


async def prepare(client: Client, dossiers: Collection[str]) -> None:
    """Have what many dossiers are encoded with ready at once, before each is commanded."""
    codec = client.data_converter.payload_codec
    if isinstance(codec, PreparingCodec):
        await codec.prepare([workflow_id(dossier) for dossier in dossiers])
