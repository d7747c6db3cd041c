"""Start the app, and fetch what is missing while it already answers."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
import time
import webbrowser
from collections.abc import Callable

from coach.settings import ROOT


def launch(port: int, headless: bool, meanwhile: Callable[[], None]) -> int:
    """Serve the app on loopback until it is stopped; returns its exit code.

    Args:
        port: where to listen; the next free one is taken when it is in use.
        headless: print the address without opening a browser.
        meanwhile: runs beside the app, in this process, where its progress is seen.
    """
    port = _free(port)
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py")]
    # Streamlit asks for an e-mail address at its first start unless it is headless; the browser is opened here.
    command += ["--server.address", "127.0.0.1", "--server.port", str(port), "--server.headless", "true"]
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # stopped either way, the app stops too
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as app:
        try:
            threading.Thread(target=_announce, args=(address, headless, app), daemon=True).start()
            meanwhile()
            return app.wait()
        except KeyboardInterrupt:
            app.terminate()
            return 0


def _announce(address: str, headless: bool, app: subprocess.Popen[bytes]) -> None:
    while app.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", int(address.rsplit(":", 1)[1]))) == 0:
                break
        time.sleep(0.2)
    sys.stdout.write(f"The coach is at {address} (stop it with Ctrl+C)\n")
    sys.stdout.flush()
    if not headless:
        webbrowser.open(address)


def _free(port: int) -> int:
    for candidate in range(port, port + 20):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", candidate)) != 0:
                return candidate
    return port
