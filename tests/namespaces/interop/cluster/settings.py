"""What a router is told, and how each make writes it down."""

import dataclasses

INTERFACE = "eth0"
VRID = 51
INSTANCE = "VI_1"
VIPS = {4: ("10.56.0.100",), 6: ("fe80::56:100", "fd00:56::100")}
PREFIXES = {4: 24, 6: 64}
FAST = 0.3  # version 3's interval here; version 2 knows whole seconds only
VIRTUAL_MAC = "use_vmac"
HMAC = 'auth_hmac {\n        key 1 "0123456789abcdef0123456789abcdef"\n        active_key 1\n    }'
CLIENT_ASKS = {4: "10.56.0.100", 6: "fd00:56::100"}
PRIORITIES = (200, 150, 100)  # of the highest, the next and the lowest


def address_of(number, family):
    """The address from which router `number` (1, 2, 3) speaks."""
    return f"10.56.0.{number}" if family == 4 else f"fe80::56:{number}"


def mac_of(number):
    return f"02:00:00:00:56:{number:02x}"


def virtual_mac(vrid, family):
    return f"00:00:5e:00:{1 if family == 4 else 2:02x}:{vrid:02x}"


@dataclasses.dataclass(frozen=True)
class Settings:
    """What all routers of a virtual router must agree on; seconds."""
    version: int = 2
    family: int = 4
    unicast: bool = False
    auth: str = "none"
    password: str = "s3cret"
    interval: float = 1.0
    vrid: int = VRID
    vips: tuple = ()
    extra: tuple = ()  # more lines of keepalived.conf, in the instance
    only_ours: tuple = ()  # the same, of understudyd alone
    globals: tuple = ()  # lines of global_defs

    @property
    def addresses(self):
        return self.vips or VIPS[self.family]

    def skew(self, priority):
        return (256 - priority) / 256 * (1.0 if self.version == 2 else self.interval)

    def master_down(self, priority):
        return 3 * self.interval + self.skew(priority)


def keepalived_conf(settings, number, priority, others, ours):
    """The keepalived.conf of router `number`; `others` are the numbers of its peers."""
    lines = [f"version {settings.version}", "state BACKUP", f"interface {INTERFACE}",
             f"virtual_router_id {settings.vrid}", f"priority {priority}", f"advert_int {settings.interval:g}"]
    if settings.auth in ("PASS", "AH"):
        lines.append(f"authentication {{\n        auth_type {settings.auth}\n        auth_pass {settings.password}\n"
                     "    }")
    if settings.unicast:
        lines.append(f"unicast_src_ip {address_of(number, settings.family)}")
        peers = "".join(f"        {address_of(other, settings.family)}\n" for other in others)
        lines.append(f"unicast_peer {{\n{peers}    }}")
    lines += settings.extra + (settings.only_ours if ours else ())
    addresses = "".join(f"        {address}/{PREFIXES[settings.family]}\n" for address in settings.addresses)
    lines.append(f"virtual_ipaddress {{\n{addresses}    }}")
    before = "".join(f"    {line}\n" for line in settings.globals)
    before = f"global_defs {{\n{before}}}\n" if before else ""
    return before + f"vrrp_instance {INSTANCE} {{\n" + "".join(f"    {line}\n" for line in lines) + "}\n"


def vrrpd_conf(settings, priority):
    """The lines of FRR's vrrpd."""
    word = "ip" if settings.family == 4 else "ipv6"
    lines = [f"vrrp {settings.vrid} version {settings.version}", f"vrrp {settings.vrid} priority {priority}",
             f"vrrp {settings.vrid} advertisement-interval {round(settings.interval * 1000)}"]
    lines += [f"vrrp {settings.vrid} {word} {address}" for address in settings.addresses]
    return (f"debug vrrp packets\ndebug vrrp protocol\ninterface {INTERFACE}\n"
            + "".join(f" {line}\n" for line in lines))
