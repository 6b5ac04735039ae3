"""`understudy explain --html`: one file in the lab's look, small however large the capture, and drawn in Chromium."""

import html
import json
import re
import struct

import pytest
from scapy.layers.inet import IP
from scapy.layers.l2 import ARP, Ether
from scapy.layers.vrrp import VRRP
from scapy.utils import wrpcap

import pages

HOSTILE = "<script>alert(1)<_script>.pcap"
DRAWN = 20_000  # adverts of a page at the most, one by one or put together
ONE, TWO = "02:00:00:00:00:01", "02:00:00:00:00:02"


def advert(source, priority, time, ttl=255, **fields):
    settings = {"vrid": 51, "ipcount": 1, "adv": 1, "addrlist": ["10.0.0.100"], "auth1": 0, "auth2": 0, **fields}
    packet = (
        Ether(src="02:00:00:00:00:0" + source[-1], dst="01:00:5e:00:00:12")
        / IP(src=source, dst="224.0.0.18", proto=112, ttl=ttl)
        / VRRP(priority=priority, **settings)
    )
    packet.time = time
    return packet


def announcement(mac, time):
    packet = Ether(src=mac, dst="ff:ff:ff:ff:ff:ff") / ARP(op=1, hwsrc=mac, psrc="10.0.0.100", pdst="10.0.0.100")
    packet.time = time
    return packet


@pytest.fixture
def capture(tmp_path):
    """Two virtual routers; in one a resignation, two masters for 8 s, and adverts that passed a router."""
    packets = [announcement(ONE, 100.001), announcement(TWO, 120.651)]
    packets += [advert("10.0.0.1", 100, 100 + i) for i in range(20)] + [advert("10.0.0.1", 0, 120)]
    packets += [advert("10.0.0.2", 90, 120.65 + i) for i in range(30)]
    packets += [advert("10.0.0.1", 100, 130.2 + i) for i in range(8)]
    packets += [advert("10.0.0.2", 90, 155 + i, ttl=64) for i in range(3)]
    packets += [advert("10.0.0.3", 70, 101 + i, vrid=9, addrlist=["10.0.0.7"]) for i in range(60)]
    wrpcap(str(tmp_path / HOSTILE), sorted(packets, key=lambda packet: packet.time))
    return tmp_path / HOSTILE


@pytest.fixture
def page(understudy_program, capture, tmp_path):
    process = understudy_program("explain", "-q", capture, "--html", tmp_path / "page.html")
    assert process.returncode == 0, process.stderr
    return tmp_path / "page.html"


def test_the_page_is_one_file_that_loads_nothing(page):
    text = page.read_text()
    assert pages.loads_nothing(text)
    assert len(text) < 400_000
    assert HOSTILE not in text and html.escape(HOSTILE) in text


def test_without_scripts_the_tables_say_everything(page):
    text = page.read_text().split("<script")[0]
    for words in ("dual_master", "(priority 90) advertises beside 10.0.0.1", "bad_ttl", "IGMP snooping", "graceful_shutdown",
                  "(256 - 90)/256 s = 0.648437 s", "02:00:00:00:00:02"):  # fmt: skip
        assert words in text, words
    assert text.count("<section") == 2


def test_chromium_draws_every_lane(page):
    dom = pages.dom(page)
    assert pages.lanes(dom) == {"floor": 2, "speaker": 3, "findings": 1}
    assert dom.count('class="bar state-MASTER"') == 4
    assert len(re.findall('class="advert (?:resigns)?"', dom)) == 119
    assert dom.count('class="advert resigns"') == 1
    assert dom.count('class="announcement ') == 1  # the other one answers to no takeover that was seen
    for what in ("bar floor", "bar lost", "bar blackout-band", "finding error", "finding warning", "bar finding-span error"):
        assert f'class="{what}"' in dom, what
    assert "<button>first error</button>" in dom


def test_the_console_stays_empty(page):
    assert pages.complaints(page) == []


def test_a_complaint_would_be_seen(page):
    page.write_text(page.read_text().replace("'use strict';", "'use strict'; nobody.knows();", 1))
    assert any("nobody is not defined" in line for line in pages.complaints(page))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_picture_is_there_in_both_schemes(page, tmp_path, scheme):
    picture = pages.screenshot(page, tmp_path / f"{scheme}.png", scheme)
    assert len(pages.colours(picture)) > 60
    brightness = pages.brightness(picture)
    assert brightness > 200 if scheme == "light" else brightness < 80, brightness


def test_zoom_hover_and_rows(page):
    """The wheel, the pointer and a click on a row, as a reader would; what they show is written where the test finds it."""
    script = """
<script>
  var tip = document.querySelector('#picture-1 .tip'), svg = document.querySelector('#picture-1 svg');
  var place = svg.getBoundingClientRect(), seen = [];
  function ticks() { return document.querySelectorAll('#picture-1 .axis .tick').length + ':' +
    document.querySelector('#picture-1 .axis .tick text').textContent; }
  function move(lane, part) {
    var box = document.querySelectorAll('#picture-1 .lane-ground')[lane].getBoundingClientRect();
    svg.dispatchEvent(new MouseEvent('mousemove', { clientX: box.left + box.width * part, clientY: box.top + 5, bubbles: true }));
    seen.push(getComputedStyle(tip).display + ' ' + tip.textContent);
  }
  seen.push(ticks());
  move(0, 0.55); move(2, 0.1); move(1, 0.92);
  svg.dispatchEvent(new WheelEvent('wheel', { deltaY: -600, clientX: place.left + place.width / 2, clientY: place.top + 40, bubbles: true }));
  seen.push(ticks());
  document.querySelector('table.findings tr[data-t="55"]').dispatchEvent(new MouseEvent('click', { bubbles: true }));
  seen.push(ticks());
  var out = document.createElement('pre'); out.id = 'seen'; out.textContent = JSON.stringify(seen); document.body.appendChild(out);
</script></body>"""
    page.write_text(page.read_text().replace("</body>", script))
    whole, floor, speaker, findings, wheel, row = json.loads(html.unescape(re.search('<pre id="seen">(.*?)</pre>', pages.dom(page), re.S)[1]))
    assert whole.endswith(":0 s") and not wheel.endswith(":0 s") and not row.endswith(":0 s")
    assert row != wheel
    assert floor.startswith("block ") and "10.0.0.2 and 10.0.0.1" in floor
    assert speaker.startswith("block ") and "MASTER from 0.000 s to 20.000 s: it resigned" in speaker
    assert "bad_ttl: 3 packets from 10.0.0.2" in findings


def frames(count, interval):
    """A pcap with so many adverts, an interval of seconds apart, of two speakers that take turns every 50,000."""
    packets = []
    for source in ("10.0.0.1", "10.0.0.2"):
        frame = bytes(advert(source, 100, 0))
        packets.append(struct.pack("<II", len(frame), len(frame)) + frame)
    whole = [struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)]
    for i in range(count):
        at = int(i * interval * 1_000_000) + i // 50_000 * 5_000_000
        whole.append(struct.pack("<II", at // 1_000_000, at % 1_000_000) + packets[i // 50_000 % 2])
    return b"".join(whole)


def test_a_large_capture_makes_a_small_page(understudy_program, tmp_path):
    (tmp_path / "large.pcap").write_bytes(frames(300_000, 1))
    target = tmp_path / "large.html"
    assert understudy_program("explain", "-q", tmp_path / "large.pcap", "--html", target).returncode == 0
    text = target.read_text()
    assert len(text) < 1_500_000
    pictures = json.loads(re.search('id="data">(.*?)</script>', text, re.S)[1])
    marks = [mark for picture in pictures for speaker in picture["speakers"] for mark in speaker["adverts"]]
    assert DRAWN / 4 < len(marks) <= DRAWN
    assert sum(mark[4] for mark in marks) == 300_000
    assert [len(speaker["reigns"]) for speaker in pictures[0]["speakers"]] == [3, 3]
    assert pages.complaints(target) == []


def test_a_storm_of_virtual_routers_stays_readable(understudy_program, tmp_path):
    packets = [advert("10.0.0.1", 100, 100 + i, vrid=vrid) for i in range(3) for vrid in range(1, 100)]
    wrpcap(str(tmp_path / "many.pcap"), packets)
    target = tmp_path / "many.html"
    assert understudy_program("explain", "-q", tmp_path / "many.pcap", "--html", target).returncode == 0
    assert target.read_text().count('class="picture"') == 48
    assert "and 51 more virtual routers" in target.read_text()


@pytest.mark.parametrize("packets", [[], [advert("10.0.0.1", 100, 5)]], ids=["none", "one"])
def test_captures_with_next_to_nothing(understudy_program, tmp_path, packets):
    wrpcap(str(tmp_path / "little.pcap"), packets or [announcement(ONE, 5)])
    target = tmp_path / "little.html"
    assert understudy_program("explain", "-q", tmp_path / "little.pcap", "--html", target).returncode == 0
    assert pages.complaints(target) == []
    assert "nothing wrong was seen" in target.read_text()


def test_pages_are_whole_or_not_there(understudy_program, capture, tmp_path):
    process = understudy_program("explain", capture, "--html", tmp_path / "no/such/folder.html")
    assert process.returncode == 2
    assert "no/such/folder.html" in process.stderr
