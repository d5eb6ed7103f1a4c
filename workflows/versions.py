"""Fingerprint the order of workflow commands, and make a worker's version the current one."""

from __future__ import annotations

import ast
import asyncio
import hashlib
import json
import tomllib
from pathlib import Path
from typing import Literal

from temporalio.api.workflowservice.v1 import (
    DescribeWorkerDeploymentRequest,
    DescribeWorkerDeploymentResponse,
    SetWorkerDeploymentCurrentVersionRequest,
)
from temporalio.client import Client
from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import WorkerDeploymentConfig

DEPLOYMENT = "thads"
Behaviour = Literal["auto_upgrade", "pinned"]
_BEHAVIOURS: dict[Behaviour, VersioningBehavior] = {
    "auto_upgrade": VersioningBehavior.AUTO_UPGRADE,
    "pinned": VersioningBehavior.PINNED,
}
_RELEASE = "release.toml"
_FOLDER = Path(__file__).parent
_MODULES = (
    "dossier_life.py",
    "dossiers.py",
    "deliver_alerts.py",
    "send_digests.py",
    "handover.py",
    "cross_check.py",
    "archive_closed.py",
    "rebuild_register.py",
)
_COMMANDS = frozenset({
    "continue_as_new", "deprecate_patch", "execute_activity", "execute_activity_method",
    "execute_child_workflow", "execute_local_activity", "get_external_workflow_handle", "patched",
    "sleep", "start_activity", "start_child_workflow", "start_local_activity", "uuid4",
    "upsert_memo", "upsert_search_attributes", "wait_condition",
})  # fmt: skip
_TRIES = 120
_PAUSE = 0.25


def fingerprint() -> dict[str, list[str]]:
    """List, for each workflow class, its methods' calls that leave a mark in history, in order.

    Replay does not notice a changed duration or argument; it does notice another order of
    commands. A change of this list asks for a new recording and a new version.
    """
    found: dict[str, list[str]] = {}
    for name in _MODULES:
        for node in ast.parse((_FOLDER / name).read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef):
                found[node.name] = _commands_in(node)
    return found


def _commands_in(cls: ast.ClassDef) -> list[str]:
    commands: list[str] = []
    for method in cls.body:
        if not isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        calls = [
            (node.lineno, node.col_offset, node.func.attr)
            for node in ast.walk(method)
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in _COMMANDS
        ]
        commands += [f"{method.name}: {attr}" for _, _, attr in sorted(calls)]
    return commands


def build_id() -> str:
    """Give the version of this code: a release that leaves workflows alone keeps it."""
    canon = json.dumps(fingerprint(), sort_keys=True)
    return hashlib.sha256(canon.encode()).hexdigest()[:12]


def behaviour() -> Behaviour:
    """Read how workflows come to this release; raise `ValueError` for a word that is none."""
    told = tomllib.loads((_FOLDER / _RELEASE).read_text("utf-8"))["behaviour"]
    if told not in _BEHAVIOURS:
        raise ValueError(f"{_RELEASE}: behaviour is {told!r}; allowed are {', '.join(_BEHAVIOURS)}")
    found: Behaviour = told
    return found


def is_pinned() -> bool:
    """Tell whether this release gives commands in another order, so that nothing may replay."""
    return behaviour() == "pinned"


def deployment_config() -> WorkerDeploymentConfig:
    """Give the worker's versioning, as the release says."""
    return WorkerDeploymentConfig(
        version=WorkerDeploymentVersion(deployment_name=DEPLOYMENT, build_id=build_id()),
        use_worker_versioning=True,
        default_versioning_behavior=_BEHAVIOURS[behaviour()],
    )


async def make_current(client: Client) -> None:
    """Make this code's version current, waiting for its worker's first poll to create it.

    Raises `TimeoutError` when the version does not appear in half a minute.
    """
    for _ in range(_TRIES):
        about = await _known(client)
        if about is not None and _current_of(about) == build_id():
            return
        if about is not None and await _set_current(client, about.conflict_token):
            return
        await asyncio.sleep(_PAUSE)
    raise _missing()


async def until_known(client: Client) -> None:
    """Wait until Temporal knows this code's version; raises `TimeoutError` after half a minute."""
    for _ in range(_TRIES):
        if await _known(client) is not None:
            return
        await asyncio.sleep(_PAUSE)
    raise _missing()


async def _known(client: Client) -> DescribeWorkerDeploymentResponse | None:
    """Describe the deployment once this code's version is part of it."""
    asked = DescribeWorkerDeploymentRequest(namespace=client.namespace, deployment_name=DEPLOYMENT)
    try:
        about = await client.workflow_service.describe_worker_deployment(asked)
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return None
        raise
    summaries = about.worker_deployment_info.version_summaries
    known = {summary.deployment_version.build_id for summary in summaries}
    return about if build_id() in known else None


def _current_of(about: DescribeWorkerDeploymentResponse) -> str:
    build: str = about.worker_deployment_info.routing_config.current_deployment_version.build_id
    return build


async def _set_current(client: Client, token: bytes) -> bool:
    """Set it; tell whether it was taken, as nobody else changed the deployment meanwhile."""
    try:
        await client.workflow_service.set_worker_deployment_current_version(
            SetWorkerDeploymentCurrentVersionRequest(
                namespace=client.namespace,
                deployment_name=DEPLOYMENT,
                build_id=build_id(),
                conflict_token=token,
                identity=client.identity,
                ignore_missing_task_queues=True,
            )
        )
    except RPCError as error:
        if error.status in (
            RPCStatusCode.NOT_FOUND,
            RPCStatusCode.FAILED_PRECONDITION,
            RPCStatusCode.ABORTED,
        ):
            return False
        raise
    return True


def _missing() -> TimeoutError:
    return TimeoutError(
        f"version {build_id()} of deployment {DEPLOYMENT!r} did not appear; "
        "is its worker running against this Temporal?"
    )
