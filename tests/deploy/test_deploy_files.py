"""Hold the deployment's files to their schemas and to the code; no container engine runs here."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from temporalio.envconfig import ClientConfigProfile

from settings import Settings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
COMPOSE = DEPLOY / "compose.yaml"
KUBERNETES = DEPLOY / "kubernetes"
OVERLAYS = sorted((KUBERNETES / "overlays").iterdir())
FILES = sorted(
    path
    for path in [*DEPLOY.rglob("*"), ROOT / ".dockerignore"]
    if path.is_file() and "secrets" not in path.parts and path.name != "engine.env"
)
YAML = [path for path in FILES if path.suffix in {".yaml", ".yml"}]
_SETTING = re.compile(r"\bTHADS_[A-Z][A-Z_]*\b")
_OF_COMPOSE = {"THADS_VERSION", "THADS_CONFIG", "THADS_SITE"}
"""What the compose file itself puts in, and no worker reads."""

_TEMPORAL_UI = {
    "TEMPORAL_DEFAULT_NAMESPACE", "TEMPORAL_DISABLE_WRITE_ACTIONS", "TEMPORAL_CODEC_ENDPOINT",
    "TEMPORAL_CODEC_PASS_ACCESS_TOKEN", "TEMPORAL_UI_VERSION", "TEMPORAL_VERSION",
}  # fmt: skip
"""What Temporal's own pages read, and the versions of its images."""


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _documents(path: Path) -> list[dict[str, Any]]:
    return [one for one in yaml.safe_load_all(path.read_text("utf-8")) if one is not None]


def _compose() -> dict[str, Any]:
    (found,) = _documents(COMPOSE)
    return found


@pytest.mark.parametrize("path", YAML, ids=_name)
def test_every_yaml_file_reads(path: Path) -> None:
    assert _documents(path)


def test_the_compose_file_is_what_its_specification_asks_for() -> None:
    command = (sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec")
    done = subprocess.run(
        [*command, str(COMPOSE)], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_the_compose_file_names_is_there() -> None:
    compose = _compose()
    volumes, networks, secrets = (set(compose[k]) for k in ("volumes", "networks", "secrets"))
    for name, service in compose["services"].items():
        assert set(service.get("networks", ())) <= networks, name
        assert set(service.get("secrets", ())) <= secrets, name
        assert set(service.get("depends_on", ())) <= set(compose["services"]), name
        for volume in service.get("volumes", ()):
            source = volume.split(":")[0]
            if source.startswith("./"):
                assert (DEPLOY / source).exists(), source
            elif not source.startswith((".", "$")):
                assert source in volumes, source
        for file in service.get("env_file", ()):
            assert (DEPLOY / f"{file}.example").exists(), file


def test_every_secret_is_made_by_the_script_and_ignored_by_git() -> None:
    script = (DEPLOY / "compose/make-secrets.sh").read_text("utf-8")
    ignored = (ROOT / ".gitignore").read_text("utf-8")
    for name, secret in _compose()["secrets"].items():
        assert secret == {"file": f"./secrets/{name}"}
        assert name in script
    assert "deploy/secrets/" in ignored
    assert "deploy/compose/engine.env\n" in ignored


def test_no_secret_stands_in_the_environment_of_a_service() -> None:
    for name, service in _compose()["services"].items():
        for key, value in (service.get("environment") or {}).items():
            if re.search(r"PASSWORD|SECRET\b|_PWD|KEY", key):
                assert key.endswith(("_FILE", "__FILE")), (name, key)
                assert str(value).startswith("/run/secrets/"), (name, key)


def test_services_with_data_are_reached_from_this_machine_alone() -> None:
    compose = _compose()
    for name in ("postgres", "temporal", "worker"):
        assert "ports" not in compose["services"][name]
    for name, service in compose["services"].items():
        for port in service.get("ports", ()):
            assert port.startswith("127.0.0.1:") or name == "console", (name, port)
    assert compose["networks"]["data"]["internal"] is True


@pytest.mark.parametrize("path", [p for p in FILES if "observability" not in p.parts], ids=_name)
def test_every_setting_that_is_named_is_one(path: Path) -> None:
    known = {
        f"THADS_{name.upper()}"
        for name, field in Settings.model_fields.items()
        if field.validation_alias is None
    }
    named = set(_SETTING.findall(path.read_text("utf-8"))) - _OF_COMPOSE
    assert {name.rstrip("_") for name in named} <= known


_TEMPORAL = {
    "TEMPORAL_ADDRESS": "h:1", "TEMPORAL_NAMESPACE": "n", "TEMPORAL_API_KEY": "k",
    "TEMPORAL_TLS": "true", "TEMPORAL_TLS_CLIENT_CERT_PATH": "/c",
    "TEMPORAL_TLS_CLIENT_KEY_PATH": "/k", "TEMPORAL_TLS_SERVER_CA_CERT_PATH": "/a",
    "TEMPORAL_TLS_SERVER_NAME": "s",
}  # fmt: skip


def _profile(env: dict[str, str]) -> object:
    return ClientConfigProfile.load(disable_file=True, override_env_vars=env).to_dict()


@pytest.mark.parametrize(("name", "value"), _TEMPORAL.items())
def test_every_setting_of_temporal_is_read_by_its_library(name: str, value: str) -> None:
    assert _profile({name: value}) != _profile({f"{name}_NOT": value})


def test_no_other_setting_of_temporal_is_named() -> None:
    for path in FILES:
        named = set(re.findall(r"\bTEMPORAL_[A-Z_]+\b", path.read_text("utf-8")))
        assert named - _TEMPORAL_UI <= set(_TEMPORAL), path


def _base() -> dict[tuple[str, str], dict[str, Any]]:
    (listed,) = _documents(KUBERNETES / "base/kustomization.yaml")
    found = {}
    for name in listed["resources"]:
        for document in _documents(KUBERNETES / "base" / name):
            found[document["kind"], document["metadata"]["name"]] = document
    return found


def _merge(old: Any, new: Any) -> Any:
    """Merge as kustomize does for these: tables by key, lists of named things by name."""
    if isinstance(old, dict) and isinstance(new, dict):
        return old | {key: _merge(old.get(key), value) for key, value in new.items()}
    if isinstance(old, list) and new and isinstance(new[0], dict) and "name" in new[0]:
        names = {one["name"]: one for one in old}
        for one in new:
            names[one["name"]] = _merge(names.get(one["name"], {}), one)
        return list(names.values())
    return new


def _overlaid(overlay: Path) -> Iterator[dict[str, Any]]:
    (listed,) = _documents(overlay / "kustomization.yaml")
    assert listed["resources"] == ["../../base"]
    found = deepcopy(_base())
    for patch in listed["patches"]:
        for document in _documents(overlay / patch["path"]):
            key = document["kind"], document["metadata"]["name"]
            assert key in found, f"{patch['path']} changes what is not there: {key}"
            found[key] = _merge(found[key], document)
    yield from found.values()


@pytest.mark.parametrize("overlay", OVERLAYS, ids=lambda path: path.name)
@pytest.mark.parametrize("release", ["1.30", "1.34"])
def test_the_manifests_of_an_overlay_are_valid(overlay: Path, release: str) -> None:
    kinds = set()
    for document in _overlaid(overlay):
        kubernetes_validate.validate(document, release, strict=True)
        kinds.add(document["kind"])
    assert {"Deployment", "NetworkPolicy", "PodDisruptionBudget", "ConfigMap"} <= kinds


def test_a_manifest_with_a_wrong_key_would_be_refused() -> None:
    deployment = deepcopy(_base()["Deployment", "thads-worker"])
    deployment["spec"]["template"]["spec"]["containers"][0]["readynessProbe"] = {}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(deployment, "1.34", strict=True)


def test_every_manifest_belongs_to_a_kustomization() -> None:
    for folder in (KUBERNETES / "base", *OVERLAYS):
        (listed,) = _documents(folder / "kustomization.yaml")
        named = {
            *(r for r in listed["resources"] if not r.startswith("..")),
            *(patch["path"] for patch in listed.get("patches", ())),
        }
        there = {path.name for path in folder.glob("*.yaml")} - {"kustomization.yaml"}
        assert named == there, folder


def test_pods_ask_for_no_right_that_they_do_not_need() -> None:
    pod = _base()["Deployment", "thads-worker"]["spec"]["template"]["spec"]
    (worker,) = pod["containers"]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod["automountServiceAccountToken"] is False
    assert worker["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    written = {mount["mountPath"] for mount in worker["volumeMounts"] if not mount.get("readOnly")}
    assert written == {"/var/lib/thads", "/var/lib/thads-archive", "/tmp"}


def test_workers_are_given_longer_to_stop_than_work_in_flight_is() -> None:
    pod = _base()["Deployment", "thads-worker"]["spec"]["template"]["spec"]
    data = _base()["ConfigMap", "thads-settings"]["data"]
    assert float(data["THADS_GRACE_SECONDS"]) + 20 <= pod["terminationGracePeriodSeconds"]
    worker = _compose()["services"]["worker"]
    longest = float(worker["stop_grace_period"].removesuffix("s"))
    assert float(worker["environment"]["THADS_GRACE_SECONDS"]) + 20 <= longest


def test_several_workers_share_the_archive_and_leave_releases_to_the_operator() -> None:
    data = _base()["ConfigMap", "thads-settings"]["data"]
    pod = _base()["Deployment", "thads-worker"]["spec"]["template"]["spec"]
    mounts = {one["mountPath"]: one["name"] for one in pod["containers"][0]["volumeMounts"]}
    (volume,) = (v for v in pod["volumes"] if v["name"] == mounts[data["THADS_ARCHIVE"]])
    claim = _base()["PersistentVolumeClaim", volume["persistentVolumeClaim"]["claimName"]]
    assert claim["spec"]["accessModes"] == ["ReadWriteMany"]
    worker = _compose()["services"]["worker"]
    folder = worker["environment"]["THADS_ARCHIVE"]
    (named,) = (v for v in worker["volumes"] if v.endswith(f":{folder}"))
    assert named.split(":")[0] in _compose()["volumes"]
    assert f" {folder}\n" in (DEPLOY / "Containerfile").read_text("utf-8")
    for settings in (data, worker["environment"]):
        assert settings["THADS_MAKE_CURRENT"] == "false"
        assert settings["THADS_METRICS_HOST"] == "0.0.0.0"


def test_probes_and_scrapes_ask_for_pages_that_are_served() -> None:
    template = _base()["Deployment", "thads-worker"]["spec"]["template"]
    (worker,) = template["spec"]["containers"]
    probes = [worker[f"{kind}Probe"]["httpGet"] for kind in ("startup", "liveness", "readiness")]
    assert {probe["path"] for probe in probes} == {"/healthz", "/readyz"}
    ports = {port["name"]: port["containerPort"] for port in worker["ports"]}
    assert {probe["port"] for probe in probes} <= set(ports)
    data = _base()["ConfigMap", "thads-settings"]["data"]
    assert int(data["THADS_METRICS_PORT"]) == ports["metrics"]
    assert int(data["THADS_CONSOLE_PORT"]) == ports["pages"]
    container = (DEPLOY / "Containerfile").read_text("utf-8")
    assert f":{ports['metrics']}/readyz" in container


def test_the_image_is_made_of_the_locked_packages_and_runs_without_rights() -> None:
    text = (DEPLOY / "Containerfile").read_text("utf-8")
    assert "--require-hashes -r requirements.lock" in text
    assert re.search(r"^USER 10001:10001$", text, re.MULTILINE)
    assert "HEALTHCHECK" in text
    stages = re.findall(r"^FROM (\S+)", text, re.MULTILINE)
    assert set(stages) == {"python:3.11-slim"}
    copied = (ROOT / ".dockerignore").read_text("utf-8")
    for line in copied.splitlines():
        if line.startswith("!") and "*" not in line:
            assert (ROOT / line[1:]).exists(), line


def test_no_file_names_a_registry() -> None:
    images = [s["image"] for s in _compose()["services"].values()]
    images += [c["image"] for c in _base()["Deployment", "thads-worker"]["spec"]["template"]["spec"]["containers"]]  # fmt: skip  # noqa: E501
    for image in images:
        first, slash, _ = image.partition("/")
        assert not slash or not re.search(r"[.:]|localhost", first), image


@pytest.mark.parametrize("path", sorted(DEPLOY.rglob("*.sh")), ids=_name)
def test_every_script_reads(path: Path) -> None:
    subprocess.run(["/bin/sh", "-n", str(path)], check=True, timeout=10)


def test_secrets_are_made_once_and_for_their_owner(tmp_path: Path) -> None:
    script = tmp_path / "deploy/compose/make-secrets.sh"
    script.parent.mkdir(parents=True)
    script.write_bytes((DEPLOY / "compose/make-secrets.sh").read_bytes())
    for _ in range(2):
        subprocess.run(["/bin/sh", str(script)], check=True, capture_output=True, timeout=60)
        made = {p.name: p.read_bytes() for p in (tmp_path / "deploy/secrets").iterdir()}
    assert set(made) == set(_compose()["secrets"])
    first = dict(made)
    subprocess.run(["/bin/sh", str(script)], check=True, capture_output=True, timeout=60)
    assert {p.name: p.read_bytes() for p in (tmp_path / "deploy/secrets").iterdir()} == first
    assert (tmp_path / "deploy/secrets").stat().st_mode & 0o077 == 0
    assert made["register_password"] in made["thads_database_url"]
