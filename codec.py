"""Lock every payload that goes to Temporal, under the key of the dossier that it belongs to.

A payload carries the name of its key, so that whoever reads it needs no context: another process,
a client, the codec server. What is no dossier's is locked under the installation's own key.
Payloads that are not locked pass as they are: they were made before there were keys.

Where the dossier's key cannot be had because the register is away, a payload gets a seal of its
own under the master key, so that a report is accepted all the same and opens without the
register. Such a payload outlives the destruction of the dossier's key; that is why an erasure
also deletes the dossier's executions from Temporal. Whoever talks so to a dossier is answered so,
for they could not read another answer.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from copy import copy
from typing import Any, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from google.protobuf.json_format import MessageToDict, ParseDict, ParseError
from temporalio.api.common.v1 import Payload
from temporalio.converter import (
    ActivitySerializationContext,
    SerializationContext,
    WithSerializationContext,
    WorkflowSerializationContext,
)

from cases.kinds import PREFIXES
from law.errors import SpokenError
from settings import Settings
from store.away_seals import AwaySeals
from store.dossier_keys import INSTALLATION, DossierKeys, KeyMissingError
from store.engine import Engine, open_engine
from store.errors import RegisterAwayError
from store.sealing import Seal, Sealed, read_seal
from workflows.messages import CASE_PREFIX, dossier_id
from workflows.payloads import PreparingCodec

ENCODING = b"binary/encrypted"
_KEY, _MASTER, _WRAPPED = "thads-key", "thads-master", "thads-wrapped"
_NONCE_BYTES = 12
_ANSWER_SECONDS = 60.0
"""How long a dossier that was told something under a seal of its own answers under such."""

_MOST_ANSWERED = 10_000
_OF_DOSSIERS = (CASE_PREFIX, *filter(None, PREFIXES.values()))


class PayloadError(SpokenError):
    """A locked payload does not open: it was changed, or belongs to another key."""

    def __init__(self, name: str) -> None:
        """Keep the key's name."""
        super().__init__(
            f"a payload locked under the key of {name} was changed, or another key made it; "
            "see whether the register was restored from before that key was made",
            f"Nội dung mã hóa bằng khóa của {name} đã bị thay đổi hoặc do khóa khác mã hóa; hãy "
            "xem kho dữ liệu có được phục hồi từ trước khi khóa đó được tạo không",
        )


def key_name(workflow: str | None) -> str:
    """Give the name of the key that a workflow's payloads are locked with."""
    if workflow is not None and workflow.startswith(_OF_DOSSIERS):
        return dossier_id(workflow)
    return INSTALLATION


class _Answering:
    """The dossiers that lately were told something under a seal of its own."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._until: dict[str, float] = {}

    def note(self, name: str) -> None:
        if len(self._until) >= _MOST_ANSWERED:
            self._until.clear()
        self._until[name] = self._clock() + _ANSWER_SECONDS

    def applies(self, name: str) -> bool:
        until = self._until.get(name)
        if until is None:
            return False
        if self._clock() < until:
            return True
        del self._until[name]
        return False


class DossierCodec(PreparingCodec, WithSerializationContext):
    """Lock and open payloads; a copy for each context shares keys and memory with its origin."""

    def __init__(
        self,
        keys: DossierKeys,
        seal: Seal,
        away: AwaySeals,
        *,
        own: Engine | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the dossiers' keys, the master keys, and where seals of their own are noted.

        `own`: connections that are closed with the codec.
        """
        self._own = own
        self._keys = keys
        self._seal = seal
        self._away = away
        self._answering = _Answering(clock)
        self.name = INSTALLATION

    def with_context(self, context: SerializationContext) -> Self:
        """Give a codec for what belongs to the workflow of a context."""
        workflow = (
            context.workflow_id
            if isinstance(context, WorkflowSerializationContext | ActivitySerializationContext)
            else None
        )
        return self.named(key_name(workflow))

    def named(self, name: str) -> Self:
        """Give a codec that locks under the key of this name."""
        made = copy(self)
        made.name = name
        return made

    async def prepare(self, workflows: Collection[str]) -> None:
        """Have the keys of many workflows ready in one exchange; without a register do nothing."""
        try:
            await self._keys.of({key_name(workflow) for workflow in workflows})
        except (RegisterAwayError, KeyMissingError):
            return

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Lock payloads; raise `KeyDestroyedError` where nothing may be added any more."""
        name = self.name
        if not self._answering.applies(name):
            try:
                key = (await self._keys.of([name]))[name]
            except (RegisterAwayError, KeyMissingError):
                pass
            else:
                cipher = AESGCM(key)
                return [_lock(cipher, name, payload) for payload in payloads]
        return [await self._seal_alone(name, payload) for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Open payloads; those that are not locked pass.

        Raises `RegisterAwayError` where the key cannot be had now: a workflow task is then tried
        again and its workflow stands. Raises `KeyDestroyedError`, `KeyMissingError`,
        `PayloadError`, `SealError`.
        """
        locked = [p for p in payloads if p.metadata.get("encoding") == ENCODING]
        names = {_text(p, _KEY) for p in locked if _WRAPPED not in p.metadata}
        keys = await self._keys.find(names) if names else {}
        ciphers = {name: AESGCM(key) for name, key in keys.items()}
        opened: list[Payload] = []
        for payload in payloads:
            if payload.metadata.get("encoding") != ENCODING:
                opened.append(payload)
            elif _WRAPPED in payload.metadata:
                opened.append(await self._open_alone(payload))
            else:
                name = _text(payload, _KEY)
                opened.append(_open(ciphers[name], name, payload))
        return opened

    async def dispose(self) -> None:
        """Note what is left to note, and close the codec's own connections."""
        await self._away.write()
        if self._own is not None:
            await self._own.dispose()

    async def _seal_alone(self, name: str, payload: Payload) -> Payload:
        sealed = self._seal.close(payload.SerializeToString(), _place(name))
        await self._away.note(name, sealed.key_id)
        return Payload(
            metadata={
                "encoding": ENCODING,
                _KEY: name.encode(),
                _MASTER: sealed.key_id.encode(),
                _WRAPPED: sealed.wrapped_key,
            },
            data=sealed.nonce + sealed.ciphertext,
        )

    async def _open_alone(self, payload: Payload) -> Payload:
        name, master = _text(payload, _KEY), _text(payload, _MASTER)
        nonce, text = payload.data[:_NONCE_BYTES], payload.data[_NONCE_BYTES:]
        sealed = Sealed(master, payload.metadata[_WRAPPED], nonce, text)
        plain = Payload.FromString(self._seal.open(sealed, _place(name)))
        self._answering.note(name)
        await self._away.note(name, master)
        return plain


def open_codec(settings: Settings, database: str) -> DossierCodec:
    """Make the codec of a process, over connections of its own; raise `SealError`."""
    engine = open_engine(database, connections=2)
    return codec_over(engine, read_seal(settings.sealing_key, settings.var), own=engine)


def codec_over(engine: Engine, seal: Seal, *, own: Engine | None = None) -> DossierCodec:
    """Make a codec over connections that are there."""
    return DossierCodec(DossierKeys(engine, seal), seal, AwaySeals(engine), own=own)


async def turn_json(
    turn: Callable[[Sequence[Payload]], Awaitable[list[Payload]]], plain: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Open or lock payloads in protobuf's JSON; raise `ValueError` for what is none.

    Raises what `DossierCodec.decode` raises.
    """
    try:
        payloads = [ParseDict(one, Payload()) for one in plain]
    except ParseError as error:
        raise ValueError("payloads") from error
    return [MessageToDict(one) for one in await turn(payloads)]


def _lock(cipher: AESGCM, name: str, payload: Payload) -> Payload:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    text = cipher.encrypt(nonce, payload.SerializeToString(), _place(name).encode())
    return Payload(metadata={"encoding": ENCODING, _KEY: name.encode()}, data=nonce + text)


def _open(cipher: AESGCM, name: str, payload: Payload) -> Payload:
    nonce, text = payload.data[:_NONCE_BYTES], payload.data[_NONCE_BYTES:]
    try:
        return Payload.FromString(cipher.decrypt(nonce, text, _place(name).encode()))
    except (InvalidTag, ValueError) as error:
        raise PayloadError(name) from error


def _place(name: str) -> str:
    return f"thads payload 1 {name}"


def _text(payload: Payload, name: str) -> str:
    return payload.metadata[name].decode()
