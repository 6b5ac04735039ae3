"""The client: asks the shared address by ICMP, and tells to whom it sends."""

import dataclasses
import json
import socket
import struct
import threading
import time

from cluster.wire import in_network_of

ASKS_EVERY = 0.02
_ECHO, _ECHO6 = 8, 128
_HEADER = struct.Struct("!BBHHH")


def _checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


@dataclasses.dataclass
class Question:
    sent: int  # CLOCK_MONOTONIC, ns
    answered: bool = False


class Client:
    """Asks an address every 20 ms from start() to stop()."""

    def __init__(self, host, address):
        self._host = host
        self._address = address
        self._sixth = ":" in address
        kind = (socket.AF_INET6, socket.IPPROTO_ICMPV6) if self._sixth else (socket.AF_INET, socket.IPPROTO_ICMP)
        self._socket = in_network_of(host, lambda: socket.socket(kind[0], socket.SOCK_RAW, kind[1]))
        self._socket.settimeout(0.2)
        self._number = threading.get_native_id() & 0xFFFF
        self._questions = []
        self._news = threading.Condition()
        self._ended = threading.Event()
        self._threads = [threading.Thread(target=part, daemon=True) for part in (self._ask, self._listen)]

    def start(self):
        for thread in self._threads:
            thread.start()

    def close(self):
        self._ended.set()
        for thread in self._threads:
            if thread.is_alive():
                thread.join()
        self._socket.close()

    def _packet(self, number):
        head = [_ECHO6 if self._sixth else _ECHO, 0, 0, self._number, number & 0xFFFF]
        body = struct.pack("!Q", number)
        if not self._sixth:  # the kernel fills in ICMPv6's
            head[2] = _checksum(_HEADER.pack(*head) + body)
        return _HEADER.pack(*head) + body

    def _ask(self):
        due = time.monotonic()
        while not self._ended.wait(max(0, due - time.monotonic())):
            due += ASKS_EVERY
            with self._news:
                self._questions.append(Question(time.monotonic_ns()))
                packet = self._packet(len(self._questions) - 1)
            try:
                self._socket.sendto(packet, (self._address, 0))
            except OSError:
                pass  # no neighbour yet: an unanswered question

    def _listen(self):
        while not self._ended.is_set():
            try:
                packet = self._socket.recv(2048)
            except (TimeoutError, OSError):
                continue
            packet = packet if self._sixth else packet[4 * (packet[0] & 0xF):]
            if len(packet) < 16 or packet[0] != (_ECHO6 + 1 if self._sixth else 0):
                continue
            if struct.unpack("!H", packet[4:6])[0] != self._number:
                continue
            with self._news:
                number = struct.unpack("!Q", packet[8:16])[0]
                if number < len(self._questions):
                    self._questions[number].answered = True
                    self._news.notify_all()

    def answered_since(self, since, timeout):
        """Whether a question that was asked since then is answered in time."""
        deadline = time.monotonic() + timeout
        with self._news:
            while True:
                if any(q.answered and q.sent >= since for q in self._questions[-200:]):
                    return True
                left = deadline - time.monotonic()
                if left <= 0:
                    return False
                self._news.wait(left)

    def longest_silence(self, since, until=None):
        """The longest run of unanswered questions between the two moments, in seconds."""
        with self._news:
            questions = [q for q in self._questions if q.sent >= since and (until is None or q.sent <= until)]
        longest = begin = 0
        for question in questions:
            if question.answered:
                begin = 0
            else:
                begin = begin or question.sent
                longest = max(longest, question.sent - begin + int(ASKS_EVERY * 1e9))
        return longest / 1e9

    def sends_to(self, address):
        """The MAC address in its neighbour table; None without one."""
        found = self._host.run("ip", "-j", "neigh", "show", address, check=False)
        entries = json.loads(found) if found.startswith("[") else []
        return next((entry["lladdr"] for entry in entries if "lladdr" in entry), None)

    def wait_until_it_sends_to(self, address, mac, timeout):
        deadline = time.monotonic() + timeout
        while self.sends_to(address) != mac:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.05)
        return True
