"""The addresses of this computer, from which a screen can be shared: the loopback first."""

from __future__ import annotations

import ipaddress

from coherence.share.place import LOOPBACK
from coherence.translation import _

ONLY_HERE = _("Only this computer · {address}")


def own_addresses() -> list[tuple[str, str]]:
    """(what to call it, the address) of each; asks the system only, and sends nothing.

    Where Qt's network part cannot be loaded (it wants Kerberos on some systems), the loopback
    alone: another address can be written in all the same.
    """
    found = [(ONLY_HERE.format(address=LOOPBACK), LOOPBACK)]
    try:
        from PySide6.QtNetwork import QNetworkInterface
    except ImportError:
        return found
    up = QNetworkInterface.InterfaceFlag.IsUp
    for interface in QNetworkInterface.allInterfaces():
        if not interface.flags() & up:
            continue
        for entry in interface.addressEntries():
            text = entry.ip().toString()
            if "%" in text or ipaddress.ip_address(text).is_loopback:
                continue  # an address of a single wire has no form that browsers take
            found.append((f"{interface.humanReadableName()} · {text}", text))
    return found
