"""Start Streamlit on the app."""

from __future__ import annotations

import subprocess
import sys

from coach.settings import ROOT


def launch(port: int, headless: bool) -> None:
    """Run the app until it is stopped; listens on loopback only."""
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py"), "--server.address", "127.0.0.1"]
    command += ["--server.port", str(port), "--server.headless", str(headless).lower()]
    try:
        raise SystemExit(subprocess.run(command, check=False, cwd=ROOT).returncode)
    except KeyboardInterrupt:
        raise SystemExit(0) from None
