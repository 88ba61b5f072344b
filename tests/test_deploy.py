"""The examples in deploy/ are files that work: parsed by what reads them, and true to the reference of settings."""

from __future__ import annotations

import configparser
import json
import re
import shlex
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import crossplane
import pytest
import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from config.metrics.counts import AREAS

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / "deploy"
SETTINGS = (ROOT / "docs" / "reference" / "settings.md").read_text(encoding="utf-8")
DOCUMENTED = set(re.findall(r"^\| `([A-Z][A-Z0-9_]+)`", SETTINGS, re.M))
FOREIGN = {
    "PYTHONPATH",
    "PYTHONDONTWRITEBYTECODE",
    "PYTHONUNBUFFERED",
    "PIP_DISABLE_PIP_VERSION_CHECK",
    "PIP_NO_CACHE_DIR",
}
SECRETS = {"SECRET_KEY", "ENCRYPTION_KEYS", "METRICS_TOKEN", "MEDIA_STORAGE_URL"}
UNITS = sorted(DEPLOY.glob("*.service"))
PORT = re.search(r"^\| `PORT` \| `(\d+)`", SETTINGS, re.M)[1]


def unit(path):
    """A unit file; what may stand several times is a list."""
    parser = configparser.RawConfigParser(strict=False, interpolation=None, comment_prefixes=("#",))
    parser.optionxform = str
    parser.read_string(path.read_text())
    return parser


def instructions():
    """The Containerfile's instructions in order, continuation lines joined, one list a stage."""
    text = re.sub(r"\\\n\s*", " ", (DEPLOY / "Containerfile").read_text())
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    pairs = [(line.split(None, 1)[0], line.split(None, 1)[1]) for line in lines]
    assert all(name in KNOWN for name, _rest in pairs), pairs
    stages, arguments = [], {}
    for name, rest in pairs:
        if name == "ARG":
            argument, _equals, arguments[argument] = rest.partition("=")
            continue
        if name == "FROM":
            stages.append([])
            rest = re.sub(r"\$\{(\w+)\}", lambda found: arguments[found[1]], rest)
        stages[-1].append((name, rest))
    return stages


KNOWN = {"ARG", "FROM", "ENV", "WORKDIR", "RUN", "COPY", "VOLUME", "EXPOSE", "USER", "STOPSIGNAL", "HEALTHCHECK", "CMD"}


def variables():
    """Every variable that an example sets, with where and to what."""
    for line in (DEPLOY / "environment.example").read_text().splitlines():
        if line and not line.startswith("#"):
            yield "environment.example", *line.split("=", 1)
    for path in UNITS:
        for word in shlex.split(unit(path)["Service"]["Environment"]):
            yield path.name, *word.split("=", 1)
    for stage in instructions():
        for name, rest in stage:
            if name == "ENV":
                for word in shlex.split(rest):
                    yield "Containerfile", *word.split("=", 1)
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    for name, value in compose["x-zhongcao"]["environment"].items():
        yield "compose.yaml", name, str(value)


@pytest.mark.parametrize(("where", "name", "value"), list(variables()))
def test_a_variable_is_one_that_the_reference_knows_and_no_secret_stands_in_the_open(where, name, value):
    assert name in DOCUMENTED | FOREIGN or name.removesuffix("_FILE") in DOCUMENTED, f"{where}: {name}"
    assert name not in SECRETS, f"{where}: {name} belongs in a file"


def test_every_example_serves_at_the_port_of_the_reference():
    found = {value for _where, name, value in variables() if name == "PORT"}
    found |= set(re.findall(r"server 127\.0\.0\.1:(\d+);", (DEPLOY / "nginx.conf").read_text()))
    found |= {rest for stage in instructions() for name, rest in stage if name == "EXPOSE"}
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    found |= {part for port in compose["services"]["web"]["ports"] for part in port.split(":")[1:]}
    health = next(rest for name, rest in instructions()[-1] if name == "HEALTHCHECK")
    found |= set(re.findall(r"127\.0\.0\.1:(\d+)/", health))
    assert found == {PORT}


def certificate(folder):
    """A certificate of our own for a day, so that nginx can read one."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "deals.example.com")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = (
        made.serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=1)).sign(key, hashes.SHA256())
    )
    (folder / "fullchain.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    form = serialization.PrivateFormat.PKCS8
    (folder / "privkey.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    )


def test_nginx_takes_the_example(tmp_path):
    """By nginx itself where it is installed, by a parser of its language in any case."""
    certificate(tmp_path)
    text = (DEPLOY / "nginx.conf").read_text().replace("/etc/ssl/zhongcao", str(tmp_path))
    text = text.replace("/var/log/nginx/zhongcao.log", str(tmp_path / "access.log"))
    whole = tmp_path / "whole.conf"
    whole.write_text(f"pid {tmp_path}/pid; error_log {tmp_path}/error.log; events {{}}\nhttp {{\n{text}\n}}\n")
    parsed = crossplane.parse(str(whole))
    assert parsed["status"] == "ok", parsed["errors"]
    if nginx := shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin"):
        done = subprocess.run([nginx, "-t", "-c", str(whole), "-p", str(tmp_path)], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr


def locations():
    blocks = crossplane.parse(str(DEPLOY / "nginx.conf"), single=True, check_ctx=False)["config"][0]["parsed"]
    secure = next(b["block"] for b in blocks if b["directive"] == "server" and "443" in json.dumps(b["block"][:3]))
    return {tuple(d["args"]): d["block"] for d in secure if d["directive"] == "location"}


def test_nginx_writes_anew_what_the_site_believes_of_a_proxy_and_opens_no_numbers():
    found = locations()
    everything = {tuple(line["args"]) for line in found[("/",)] if line["directive"] == "proxy_set_header"}
    assert {("X-Forwarded-For", "$remote_addr"), ("X-Forwarded-Proto", "$scheme")} <= everything
    assert {("X-Request-ID", "$request_id"), ("Host", "$host"), ("X-Forwarded-Host", "")} <= everything
    for closed in (("=", "/metrics"), ("=", "/readyz"), ("/media/documents/",)):
        assert found[closed][0]["directive"] == "return" and found[closed][0]["args"] == ["404"]
    named = {args[-1].strip("/").partition("/")[0] for args in found} - {""}
    assert named <= set(AREAS)
    assert "Referrer-Policy" not in (DEPLOY / "nginx.conf").read_text()


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_runs_without_root_on_a_system_it_cannot_write(path, tmp_path):
    service = unit(path)["Service"]
    assert service["User"] == "zhongcao"
    assert (service["ProtectSystem"], service["NoNewPrivileges"], service["CapabilityBoundingSet"]) == (
        "strict",
        "yes",
        "",
    )
    assert service["StateDirectory"] in service["Environment"]
    commands = [value.split()[-1] for key, value in service.items() if key.startswith("ExecStart")]
    assert set(commands) <= {"gunicorn.conf.py", "prepare", "worker"}
    if analyze := shutil.which("systemd-analyze"):
        # It wants every program to be there: one that surely is stands in.
        text = re.sub(r"/opt/zhongcao/\.venv/bin/\w+", "/bin/true", path.read_text())
        copy = tmp_path / path.name
        copy.write_text(text)
        done = subprocess.run([analyze, "verify", "--man=no", str(copy)], capture_output=True, text=True)
        assert path.name not in done.stderr and done.returncode == 0, done.stderr


def stand_in(folder, name, script):
    """A program of that name, ahead of the machine's own."""
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


def test_a_command_by_hand_runs_as_the_services_do(tmp_path):
    """systemd answers from the unit itself; what systemd-run would be told is what counts."""
    service = unit(DEPLOY / "zhongcao-worker.service")["Service"]
    answers = {**service, "EnvironmentFiles": service["EnvironmentFile"] + " (ignore_errors=no)"}
    cases = "\n".join(f"{name}) echo {shlex.quote(value)};;" for name, value in answers.items())
    stand_in(tmp_path, "systemctl", f'case "$3" in\n{cases}\nesac')
    stand_in(tmp_path, "systemd-run", "pwd; printf '%s\\n' \"$@\"; exit 3")
    command = [str(DEPLOY / "as-zhongcao"), ".venv/bin/python", "manage.py", "check", "--deploy"]
    path = f"{tmp_path}:/usr/bin:/bin"
    done = subprocess.run(command, env={"PATH": path}, cwd=tmp_path, capture_output=True, text=True)
    folder, *told = done.stdout.splitlines()
    assert done.returncode == 3, "what the command ended with is passed on"
    assert folder == str(ROOT) and told[-4:] == command[1:]
    for name in ("User", "UMask", "WorkingDirectory", "EnvironmentFile", "Environment"):
        assert f"{name}={service[name]}" in told


def test_the_image_runs_without_root_and_is_asked_whether_it_lives():
    build, final = instructions()
    assert all(re.search(r":[\w.-]*\d", rest) for stage in (build, final) for name, rest in stage if name == "FROM")
    users = [rest for name, rest in final if name == "USER"]
    assert users and users[-1].split(":")[0].isdigit() and int(users[-1].split(":")[0]) > 0
    names = [name for name, _rest in final]
    assert names.index("USER") < names.index("CMD")
    assert [name for name, _ in final].count("HEALTHCHECK") == 1
    health = next(rest for name, rest in final if name == "HEALTHCHECK")
    assert "/healthz" in health
    for command in (health.partition("CMD ")[2], next(rest for name, rest in final if name == "CMD")):
        assert isinstance(json.loads(command), list), "not in exec form: signals would not arrive"
    for name, rest in final:
        if name == "COPY" and not rest.startswith("--from"):
            for source in rest.split()[:-1]:
                assert (ROOT / source).exists(), source


def test_the_compose_example_runs_our_containers_read_only_with_secrets_in_files():
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    for name in ("prepare", "web", "worker"):
        service = compose["services"][name]
        assert service["read_only"] is True and service["cap_drop"] == ["ALL"]
        for variable, value in service["environment"].items():
            if variable.endswith("_FILE"):
                assert Path(value).name in service["secrets"] and Path(value).name in compose["secrets"]
    assert all(port.startswith("127.0.0.1:") for port in compose["services"]["web"]["ports"])
    commands = [service.get("command", [""])[-1] for service in compose["services"].values()]
    assert {"prepare", "worker"} <= set(commands)
