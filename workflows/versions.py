"""Fingerprint the order of workflow commands, and make a worker's version the current one."""

from __future__ import annotations

import ast
import asyncio
import hashlib
import json
from pathlib import Path

from temporalio.api.deployment.v1 import WorkerDeploymentVersion as ApiVersion
from temporalio.api.workflowservice.v1 import (
    DescribeWorkerDeploymentRequest,
    SetWorkerDeploymentCurrentVersionRequest,
)
from temporalio.client import Client
from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import WorkerDeploymentConfig

DEPLOYMENT = "thads"
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


def deployment_config() -> WorkerDeploymentConfig:
    """Give the worker's versioning: dossiers follow the newest worker, guarded by replay."""
    return WorkerDeploymentConfig(
        version=WorkerDeploymentVersion(deployment_name=DEPLOYMENT, build_id=build_id()),
        use_worker_versioning=True,
        default_versioning_behavior=VersioningBehavior.AUTO_UPGRADE,
    )


async def make_current(client: Client) -> None:
    """Make this code's version current, waiting for its worker's first poll to create it.

    Raises `TimeoutError` when the version does not appear in half a minute.
    """
    wanted = ApiVersion(deployment_name=DEPLOYMENT, build_id=build_id())
    service = client.workflow_service
    for _ in range(_TRIES):
        try:
            about = await service.describe_worker_deployment(
                DescribeWorkerDeploymentRequest(
                    namespace=client.namespace, deployment_name=DEPLOYMENT
                )
            )
            info = about.worker_deployment_info
            if info.routing_config.current_deployment_version.build_id == wanted.build_id:
                return
            known = {s.deployment_version.build_id for s in info.version_summaries}
            if wanted.build_id in known:
                await service.set_worker_deployment_current_version(
                    SetWorkerDeploymentCurrentVersionRequest(
                        namespace=client.namespace,
                        deployment_name=DEPLOYMENT,
                        build_id=wanted.build_id,
                        conflict_token=about.conflict_token,
                        identity=client.identity,
                        ignore_missing_task_queues=True,
                    )
                )
                return
        except RPCError as error:
            if error.status not in (
                RPCStatusCode.NOT_FOUND,
                RPCStatusCode.FAILED_PRECONDITION,
                RPCStatusCode.ABORTED,
            ):
                raise
        await asyncio.sleep(_PAUSE)
    raise TimeoutError(
        f"version {wanted.build_id} of deployment {DEPLOYMENT!r} did not appear; "
        "is its worker running against this Temporal?"
    )
