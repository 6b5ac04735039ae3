"""Switches, the hosts that are plugged into them, and their end."""

import contextlib

from lab.host import Host


class Lan:
    """A context manager: what is kept exists inside it, and is closed in the reverse order, also when `_build` fails.

    The bridges lie on a host of their own, `lan`, which a subclass's `_build` makes with `_add_lan`.
    """

    def __init__(self):
        self._stack = contextlib.ExitStack()

    def __enter__(self):
        try:
            self._build()
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(self, *_):
        self._stack.close()

    def _build(self):
        raise NotImplementedError

    def keep(self, thing):
        """Closes it at the end; returns it."""
        self._stack.callback(thing.close)
        return thing

    def _add_lan(self, *bridges):
        self.lan = self.keep(Host("lan"))
        for bridge in bridges:
            self.lan.run("ip", "link", "add", "name", bridge, "type", "bridge", "mcast_snooping", "0",
                         "forward_delay", "0")
            self.lan.run("ip", "link", "set", bridge, "up")

    def connect(self, host, port, interface, mac, bridge="bridge"):
        """A cable: `interface` of the host, `port` of the bridge. The host's end stays down."""
        host.plug_into(self.lan, port, interface, mac)
        self.lan.run("ip", "link", "set", port, "master", bridge, "up")
