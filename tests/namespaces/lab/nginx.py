"""A real nginx on a host, which answers with the host's name; it can be made unable to start."""

import os
import signal
import time

from lab.host import LabError

_CONFIG = """\
user root;
worker_processes 1;
pid /run/nginx.pid;
error_log /var/log/nginx-error.log;
events {{ worker_connections 2048; }}
http {{
    access_log off;
    client_body_temp_path /run/nginx-body;
    proxy_temp_path /run/nginx-proxy;
    fastcgi_temp_path /run/nginx-fastcgi;
    uwsgi_temp_path /run/nginx-uwsgi;
    scgi_temp_path /run/nginx-scgi;
    server {{
        listen 80;
        default_type text/plain;
        return 200 "{name}\\n";
    }}
}}
"""

# The host's own way to start nginx: what /etc/init.d/nginx and systemctl do here. It loads no modules of the machine.
_START = """\
#!/bin/sh
[ "$1" = start ] || exit 1
exec nginx -c /run/nginx.conf
"""


class Nginx:
    def __init__(self, host):
        self._host = host
        host.write("/usr/local/sbin/start-nginx", _START, 0o755)
        self.repair()

    def repair(self):
        self._host.write("/run/nginx.conf", _CONFIG.format(name=self._host.name))

    def start(self):
        if not self.running():
            self._host.run("/usr/local/sbin/start-nginx", "start")

    def running(self):
        return bool(self._host.pids("nginx"))

    def stop(self):
        """Stops it as an administrator would; it can be started again."""
        self._signal(signal.SIGTERM)

    def break_down(self):
        """Stops it so that it can't be started again until it is repaired."""
        self._host.write("/run/nginx.conf", "this line is no configuration\n")
        self._signal(signal.SIGTERM)

    def pids(self):
        return self._host.pids("nginx")

    def _signal(self, number):
        for pid in self._host.pids("nginx"):
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                pass
        deadline = time.monotonic() + 2
        while self.running():
            if time.monotonic() > deadline:
                raise LabError("nginx did not stop")
            time.sleep(0.002)
