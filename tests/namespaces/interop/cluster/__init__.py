"""Routers of several makers on one LAN: understudyd, Debian's keepalived and FRR's vrrpd, and a client that uses their address."""
