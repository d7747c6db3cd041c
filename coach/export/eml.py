"""A message as an e-mail draft (RFC 5322) and as a `mailto:` address (RFC 6068)."""

from __future__ import annotations

import re
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from urllib.parse import quote

ADDRESS = re.compile(r"(?=[\x21-\x7e]+@)[^@\s<>()\[\],;:\"]+@[^@\s<>()\[\],;:\"]+\.[^@\s<>()\[\],;:\".]+")


def message(to: str, subject: str, body: str) -> bytes:
    """An unsent e-mail; mail programs open it for editing.

    Args:
        to: an address, with or without a name; a name alone is left out, because no program could send to it.
        subject: the subject, on one line whatever it holds.
        body: plain text.
    """
    mail = EmailMessage(policy=SMTP)
    if address := _address(to):
        mail["To"] = address
    mail["Subject"] = _one_line(subject)
    mail["X-Unsent"] = "1"  # Outlook opens the file as a draft and not as received mail
    mail.set_content("\n".join(body.splitlines()) + "\n", cte="quoted-printable")
    return mail.as_bytes()


def mailto(to: str, subject: str, body: str) -> str:
    """A link that opens the user's mail program with the message filled in."""
    address = _address(to)
    query = {"subject": _one_line(subject), "body": "\r\n".join(body.splitlines())}
    fields = "&".join(f"{name}={quote(value, safe='')}" for name, value in query.items() if value)
    return f"mailto:{quote(address.addr_spec, safe='@') if address else ''}" + (f"?{fields}" if fields else "")


def _address(to: str) -> Address | None:
    name, spec = parseaddr(_one_line(to))
    if not ADDRESS.fullmatch(spec):
        return None
    local, _, domain = spec.rpartition("@")
    try:
        return Address(name, local, domain.encode("idna").decode())
    except (UnicodeError, HeaderParseError):
        return None  # a domain or a name before the sign that no mail program would take


def _one_line(text: str) -> str:
    return " ".join(text.split())
