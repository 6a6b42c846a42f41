# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs a script under a real systemd on this machine's own kernel: a container that may write this
machine's huge page pools. They are put back to what they were at the end, whatever happened."""

import os
import shutil
import subprocess
from pathlib import Path

NODES = Path("/sys/devices/system/node")

UNITS = {
    "bench.target": """[Unit]
Description=Benchmark
Wants=basic.target bench.service
After=basic.target
AllowIsolate=yes
""",
    "bench.service": """[Unit]
Description=Script of the Benchmark
After=basic.target
DefaultDependencies=no

[Service]
Type=exec
WorkingDirectory=/machine-test
ExecStart=/bin/bash -c 'bash ./scenario >out 2>&1; echo $? >status; systemctl exit 0'
""",
}

JOIN = """
mount -t overlay -o "lowerdir=$1,upperdir=$2/upper,workdir=$2/work" overlay "$2/root"
SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 exec timeout --kill-after=5 "$3" systemd-nspawn --quiet \\
        --register=no --keep-unit --capability=all --machine=fd-shmem-bench --console=pipe \\
        --bind=/sys/kernel/mm/hugepages --bind=/sys/devices/system/node \\
        --directory="$2/root" --boot -- fd_shmem=1 systemd.unit=bench.target systemd.show_status=0
"""


def unavailable():
    """Why there can't be such a container here; None if there can."""
    if os.geteuid() != 0:
        return "not root"
    if not shutil.which("systemd-nspawn"):
        return "systemd-nspawn is not installed (Debian: systemd-container)"
    return None


def pools():
    return {path: path.read_text() for path in NODES.glob("node*/hugepages/*/nr_hugepages")}


def cgroup():
    """A control group for the container, where systemd can make its own below."""
    unified = Path("/sys/fs/cgroup/unified")
    path = (unified if unified.is_dir() else Path("/sys/fs/cgroup")) / f"fd-shmem-bench-{os.getpid()}"
    path.mkdir()
    return path


def remove_cgroup(path):
    for directory, _, _ in os.walk(path, topdown=False):
        os.rmdir(directory)


def run(layers, work, timeout=300):
    """Boots the directories LAYERS (the last one uppermost); the text that /machine-test/scenario
    printed, and its status (None: it did not get there)."""
    units = work / "units" / "etc/systemd/system"
    units.mkdir(parents=True)
    for name, text in UNITS.items():
        (units / name).write_text(text)
    for name in ("upper", "work", "root"):
        (work / name).mkdir()

    lower = ":".join(str(layer) for layer in [work / "units", *reversed(layers)])
    before, group = pools(), cgroup()
    try:
        console = subprocess.run(
            ["unshare", "--mount", "sh", "-ec", JOIN, "sh", lower, str(work), str(timeout)],
            preexec_fn=lambda: (group / "cgroup.procs").write_text(str(os.getpid())),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    finally:
        remove_cgroup(group)
        for path, value in before.items():
            if path.read_text() != value:
                path.write_text(value)

    result = work / "upper/machine-test"
    output = (result / "out").read_text() if (result / "out").exists() else console.stdout.decode()
    status = int((result / "status").read_text()) if (result / "status").exists() else None
    return output, status
