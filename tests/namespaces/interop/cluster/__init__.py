"""Routers of several makes on one LAN (understudyd, keepalived, FRR's vrrpd), and a client of their address."""
