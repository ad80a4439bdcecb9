"""Looks for what is not its own: homes, secrets, the machine's processes and settings.

Verdict: ACCEPTED
Gone: nothing
"""

import os

found = []
for path in (
    "/root", "/home", "/run", "/srv", "/opt", "/mnt", "/media", "/boot", "/sys",
    "/etc/shadow", "/etc/hosts", "/etc/resolv.conf", "/etc/ssl", "/etc/ssh", "/etc/machine-id",
    "/proc/sys", "/proc/net", "/proc/keys", "/proc/kcore", "/proc/kmsg", "/proc/kallsyms", "/proc/cmdline",
    "/proc/loadavg", "/proc/meminfo", "/proc/cpuinfo", "/proc/version", "/proc/sysvipc", "/proc/timer_list",
    "/dev/kmsg", "/dev/mem", "/dev/pts", "/dev/ptmx", "/dev/vsock", "/dev/kvm", "/dev/fuse",
    "/dev/net", "/dev/vda", "/.dockerenv", "/proc/scsi",
):  # fmt: skip
    try:
        os.stat(path)
        found.append(path)
    except OSError:
        pass
# A compiler of Haskell keeps its packages there, where it is installed.
for folder, known in (("/var", "lib"), ("/var/lib", "ghc")):
    there = os.listdir(folder) if os.path.exists(folder) else []
    found += [f"{folder}/{name}" for name in there if name != known]
others = [name for name in os.listdir("/proc") if name.isdigit() and int(name) not in (1, os.getpid())]
found += [f"process {name}" for name in others]
allowed = {"HOME", "LANG", "PATH", "PYTHONHASHSEED", "TMPDIR", "OPENBLAS_NUM_THREADS"}
found += [f"${name}" for name in os.environ if name not in allowed]
print("\n".join(found) or "contained")
