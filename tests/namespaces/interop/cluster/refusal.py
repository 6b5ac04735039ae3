"""What a peer itself does not know: the same settings that we accept, and what the peer says of them."""

import dataclasses

from cluster.routers import FRR, OWN_TIME
from cluster.settings import HMAC, INTERFACE, Settings, keepalived_conf, vrrpd_conf
from lab.host import Host
from lab.result import Result

_FILE = "/run/test.conf"


@dataclasses.dataclass(frozen=True)
class Run:
    """One row of the matrix whose cells all are "refused"."""
    peer: str
    settings: Settings
    auth: str  # for the table
    line: str  # what it would have to understand
    says: str  # what it says instead
    smoke = False

    @property
    def key(self):
        s = self.settings
        return (self.peer, f"v{s.version}", f"IPv{s.family}", "unicast" if s.unicast else "multicast", self.auth)

    @property
    def name(self):
        return " ".join(self.key) + " is refused"

    def __call__(self):
        result = Result("refusal", (self.peer,))
        with Host("refusal") as host:
            host.run("ip", "link", "add", INTERFACE, "type", "veth", "peer", "name", "elsewhere")
            host.run("ip", "addr", "add", "10.56.0.1/24", "dev", INTERFACE)
            _, output = host.status_of(*(self._vrrpd(host) if self.peer == "frr" else self._keepalived(host)))
        said = [OWN_TIME.sub("", line) for line in output.splitlines() if self.says in line]
        result.refusal = said[0] if said else ""
        result.fact(f"{self.peer} says '{self.says}' of '{self.line}'" + ("" if said else f": {output}"), bool(said))
        return result

    def _vrrpd(self, host):
        host.write("/run/frr/vrrpd.conf", vrrpd_conf(self.settings, 100) + f" {self.line}\n")
        host.run("sh", "-c", "mount -t tmpfs lab /var/tmp && chown -R frr:frr /run/frr")
        return [f"{FRR}/vrrpd", "-C", "-f", "/run/frr/vrrpd.conf", "-P", "0", "--log", "stdout"]

    def _keepalived(self, host):
        settings = dataclasses.replace(self.settings, extra=(self.line,))
        host.write(_FILE, keepalived_conf(settings, 1, 100, (2,), False))
        return ["keepalived", "-t", "-l", "-f", _FILE]


_UNKNOWN = "No such command on config line"
RUNS = [
    Run("keepalived", Settings(version=3), "PASS", "authentication {\n auth_type PASS\n auth_pass s3cret\n }",
        "authentication"),
    Run("keepalived", Settings(version=3), "auth_hmac", HMAC, "Unknown keyword 'auth_hmac'"),
    Run("frr", Settings(), "PASS", "vrrp 51 authentication text s3cret", _UNKNOWN),
    Run("frr", Settings(), "AH", "vrrp 51 authentication md5 s3cret", _UNKNOWN),
    Run("frr", Settings(version=3, unicast=True), "none", "vrrp 51 unicast-peer 10.56.0.2", _UNKNOWN),
]
