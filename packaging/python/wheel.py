"""Packs a binary of seamline into a wheel: python3 wheel.py BINARY FOLDER [PLATFORM].

Nothing but the standard library: a wheel is a zip with a few lists in it, and one that holds a program
puts it among the scripts of the environment.
"""

import base64
import hashlib
import os
import re
import subprocess
import sys
import zipfile

ABOUT = """Metadata-Version: 2.1
Name: seamline
Version: {version}
Summary: Finds the seams of a tangled monolith or a distributed monolith
License: MIT OR Apache-2.0
Requires-Python: >=3.7
Description-Content-Type: text/markdown

The program `seamline` as one binary; `seamline --help` says what it does.
"""


def main(binary, folder, platform="manylinux_2_17_x86_64.musllinux_1_1_x86_64"):
    said = subprocess.run([binary, "--version"], check=True, capture_output=True, text=True)
    version = re.fullmatch(r"seamline (\S+)\s*", said.stdout).group(1)
    tags = [f"py3-none-{one}" for one in platform.split(".")]
    wheel = "Wheel-Version: 1.0\nGenerator: seamline\nRoot-Is-Purelib: false\n"
    wheel += "".join(f"Tag: {tag}\n" for tag in tags)
    info = f"seamline-{version}.dist-info"
    with open(binary, "rb") as file:
        program = file.read()
    entries = [
        (f"seamline-{version}.data/scripts/seamline", program, 0o755),
        (f"{info}/METADATA", ABOUT.format(version=version).encode(), 0o644),
        (f"{info}/WHEEL", wheel.encode(), 0o644),
    ]
    record = ""
    for name, data, _ in entries:
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        record += f"{name},sha256={digest},{len(data)}\n"
    record += f"{info}/RECORD,,\n"
    entries.append((f"{info}/RECORD", record.encode(), 0o644))
    target = os.path.join(folder, f"seamline-{version}-py3-none-{platform}.whl")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data, mode in entries:
            # A fixed date: the same binary gives the same wheel.
            entry = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))
            entry.external_attr = (0o100000 | mode) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    print(target)


if __name__ == "__main__":
    main(*sys.argv[1:])
