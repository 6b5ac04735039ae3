// What is wrong with a scenario file is said once, in a sentence, at its place.
#include <gtest/gtest.h>

#include "tests/sim/scenario/memory_files.h"

namespace understudy::sim {
namespace {

/// One slip in the pair: `before` becomes `after`, where "@@" marks the place that must be named.
struct BadScenario {
  const char* name;
  const char* before;
  const char* after;
  const char* message;
};

class Bad : public testing::TestWithParam<BadScenario> {};

struct Marked {
  std::string text;
  SourcePosition position;
};

Marked mark(std::string text) {
  const std::size_t at = text.find("@@");
  if (at == std::string::npos) return {text, {}};
  text.erase(at, 2);
  SourcePosition position{1, 1};
  for (std::size_t i = 0; i < at; ++i) {
    ++position.column;
    if (text[i] == '\n') position = {position.line + 1, 1};
  }
  return {text, position};
}

TEST_P(Bad, IsRefusedAtItsPlace) {
  const BadScenario& bad = GetParam();
  std::string text = kPair;
  const std::size_t at = text.find(bad.before);
  ASSERT_NE(at, std::string::npos) << "the pair has no " << bad.before;
  text.replace(at, std::string(bad.before).size(), bad.after);
  const Marked marked = mark(text);
  ASSERT_NE(marked.position.line, 0U) << "no mark";

  const LoadResult result = load_pair(marked.text);
  const std::string all = printed(result);
  EXPECT_TRUE(result.cases.empty()) << all;
  ASSERT_TRUE(has_errors(result.diagnostics)) << marked.text;
  const Diagnostic& first = result.diagnostics.front();
  EXPECT_EQ(first.severity, Severity::error);
  EXPECT_EQ(first.file, "dir/pair.yaml");
  EXPECT_NE(all.find(bad.message), std::string::npos) << all;
  EXPECT_EQ(first.position.line, marked.position.line) << all;
  EXPECT_EQ(first.position.column, marked.position.column) << all;
  EXPECT_EQ(result.diagnostics.size(), 1U) << all;
}

constexpr BadScenario kHeader[] = {
    {"NoVersion", "understudy: 1\n", "@@", "the scenario needs `understudy`"},
    {"NewerVersion", "understudy: 1", "understudy: @@2", "version 2 of the format"},
    {"VersionIsNoNumber", "understudy: 1", "understudy: @@one", "'one' is not a whole number"},
    {"VersionInQuotes", "understudy: 1", "understudy: @@\"1\"", "a whole number is wanted"},
    {"NoName", "understudy: 1\nname: pair", "@@understudy: 1", "needs `name`"},
    {"NameIsAList", "name: pair", "@@name: [pair]", "not a list"},
    {"NoDuration", "understudy: 1\nname: pair\nduration: 60s", "@@understudy: 1\nname: pair",
     "needs `duration`"},
    {"BareDuration", "duration: 60s", "duration: @@60", "'60' needs a unit"},
    {"NegativeDuration", "duration: 60s", "duration: @@-60s", "must not be negative"},
    {"ZeroDuration", "duration: 60s", "duration: @@0s", "longer than 0 s"},
    {"EndlessDuration", "duration: 60s", "duration: @@99999999999999999999h", "too long"},
    {"UnknownUnit", "duration: 60s", "duration: @@60sec", "there is no unit 'sec'"},
    {"AmbiguousUnit", "duration: 60s", "duration: @@1m", "write min or ms"},
    {"FinerThanANanosecond", "duration: 60s", "duration: @@1.0000000001s", "finer"},
    {"NegativeSeed", "name: pair", "name: pair\nseed: @@-1", "out of range"},
    {"HugeSeed", "name: pair", "name: pair\nseed: @@99999999999999999999", "too large"},
    {"UnknownKey", "duration: 60s", "duration: 60s\n@@probess: {}", "did you mean 'probes'?"},
    {"SweepTooLarge", "duration: 60s", "duration: 60s\nsweep: { seeds: @@1..1000000000 }",
     "write seeds: 1..10000000"},
    {"SeedsBackwards", "duration: 60s", "duration: 60s\nsweep: { seeds: @@9..1 }",
     "is no range of seeds"},
    {"GridWithoutParam", "duration: 60s",
     "duration: 60s\nparams: { loss: 5% }\nsweep: { grid: { @@los: [0%, 5%] } }",
     "did you mean 'loss'?"},
    {"UnknownParam", "delay: 50us", "delay: \"@@${dely}\"", "there is no parameter 'dely'"},
    {"ParamSuggested", "duration: 60s", "params: { length: 60s }\nduration: @@${lenght}",
     "did you mean 'length'?"},
    {"ParamOpen", "duration: 60s", "about: a @@${b\nduration: 60s", "never closed"},
    {"ParamIsAList", "duration: 60s", "duration: 60s\nparams: { @@a: [1] }", "a single value"},
    {"ParamValueIsWrong", "duration: 60s", "params: { d: 60 }\nduration: @@${d}", "needs a unit"},
    {"IncludeIsMissing", "duration: 60s", "duration: 60s\ninclude: @@base.yaml",
     "cannot read dir/base.yaml"},
    {"IncludeOfItself", "duration: 60s", "duration: 60s\ninclude: @@../dir/pair.yaml",
     "files include each other: dir/pair.yaml -> dir/pair.yaml"},
    {"MeasureOfAHost", "duration: 60s", "duration: 60s\nmeasure: { who: \"@@master(VI_1)\" }",
     "a measure is a number"},
    {"VerdictOfNothing", "duration: 60s",
     "duration: 60s\nmeasure: { out: lost(web) }\nverdict: [ { quantile: 0.9, of: @@oot, at_most: "
     "1 } ]",
     "did you mean 'out'?"},
    {"VerdictWithoutUnit", "duration: 60s",
     "duration: 60s\nmeasure: { out: blackout(web) }\nverdict: [ { quantile: 0.9, of: out, "
     "at_most: "
     "@@1 } ]",
     "needs a unit"},
    {"ProbabilityOfAnAtom", "duration: 60s",
     "duration: 60s\nmeasure: { out: lost(web) }\nverdict: [ { probability: \"@@lost(web) > 0\", "
     "at_most: 2% } ]",
     "speaks of measures by their names"},
    {"NoDistribution", "duration: 60s", "duration: 60s\nrandomize: { phase: { lb1: @@gauss(0s) } }",
     "is no distribution"},
    {"MixedDistribution", "duration: 60s",
     "duration: 60s\nrandomize: { clock: { lb1: @@\"normal(0s, 20ppm)\" } }", "of one kind"},
    {"PhaseOfAClient", "duration: 60s",
     "duration: 60s\nrandomize: { phase: { @@client: \"uniform(0s, 1s)\" } }", "no daemon"},
    {"OraclesTooLate", "duration: 60s", "duration: 60s\noracles_from: @@61s", "never judge"},
    {"LinkWithoutArrow", "duration: 60s", "duration: 60s\nlinks: { @@lb1.eth0: { loss: 5% } }",
     "names no direction of a link"},
    {"LinkOfUnknownNic", "duration: 60s",
     "duration: 60s\nlinks: { @@\"lb1.eth1 -> lan\": { loss: 5% } }", "there is no NIC 'lb1.eth1'"},
    {"LinkOfUnknownSegment", "duration: 60s",
     "duration: 60s\nlinks: { @@\"lb1.eth0 -> lam\": { loss: 5% } }", "did you mean 'lan'?"},
    {"DuplicateKey", "duration: 60s", "duration: 60s\n@@duration: 50s", "duplicate key 'duration'"},
    {"DuplicateInside", "kind: switch,", "kind: switch, @@kind: switch,",
     "it stands in line 5 already"},
    {"Anchor", "duration: 60s", "duration: @@&time 60s", "anchors are not allowed"},
    {"AnchorOfAMap", "lan: {", "lan: @@&lan {", "anchors are not allowed"},
    {"Alias", "duration: 60s", "about: @@*name\nduration: 60s",
     "the referenced anchor is not defined"},
    {"Tag", "duration: 60s", "duration: @@!!str 60s", "tags are not allowed"},
    {"TwoDocuments", "duration: 60s", "duration: 60s\n---\n@@a: b\nc:", "a second document"},
    {"Tab", "  lan: {", "\tlan@@: {", "not with tabs"},
    {"UnclosedBrace", "jitter: 20us } }\n", "jitter: 20us }\n@@", "end of map flow not found"},
};

constexpr BadScenario kNetwork[] = {
    {"SegmentsAreAList", "segments:\n  lan: {", "@@segments:\n  - lan: {", "must be a map"},
    {"SnoopingHub", "kind: switch", "kind: hub, igmp_snooping: @@on", "a hub neither snoops"},
    {"UnknownKind", "kind: switch", "kind: @@swich", "did you mean 'switch'?"},
    {"ZeroAging", "mac_aging: 300s", "mac_aging: @@0s", "longer than 0 s"},
    {"BareDelay", "delay: 50us", "delay: @@50", "needs a unit"},
    {"BareLoss", "delay: 50us", "loss: @@5", "'5' needs a unit (%): write 5%"},
    {"TooMuchLoss", "delay: 50us", "loss: @@101%", "at most 100%"},
    {"BurstTooShort", "delay: 50us", "loss: 2%, loss_burst: @@0.5", "one frame at least"},
    {"ImpossibleBurst", "link: { delay: 50us", "@@link: { loss: 90%, loss_burst: 3",
     "at most 75% can be lost"},
    {"BadMask", "delay: 50us", "loss_mask: \"01@@20\"", "a 1 for a frame that is lost"},
    {"BadRate", "delay: 50us", "rate: @@100Mbps", "there is no unit 'Mbps' of a rate"},
    {"BadMatch", "delay: 50us", "match: @@vrpp", "did you mean 'vrrp'?"},
    {"LinkTypo", "delay: 50us", "@@dely: 50us", "did you mean 'delay'?"},
    {"Snooping", "kind: switch", "igmp_snooping: @@maybe", "value of `igmp_snooping`"},
    {"SpanningTree", "kind: switch", "stp: @@30", "needs a unit"},
    {"UnknownSegment", "segment: lan, ip: 192.168.56.130", "segment: @@lam, ip: 192.168.56.130",
     "did you mean 'lan'?"},
    {"NicWithoutAddress", "{ eth0: { segment: lan, ip: 192.168.56.130/24 } }",
     "{ @@eth0: { segment: lan } }", "NIC 'lb1.eth0' needs `ip`"},
    {"AddressWithoutLength", "ip: 192.168.56.130/24", "ip: @@192.168.56.130", "prefix length"},
    {"LongPrefix", "ip: 192.168.56.130/24", "ip: @@192.168.56.130/33", "too large"},
    {"NoAddress", "ip: 192.168.56.130/24", "ip: @@192.168.56.300/24", "is not an IP address"},
    {"LongPrefix6", "ip: 192.168.56.130/24", "ip: @@fd00::1/129", "too large"},
    {"Loopback6", "ip: 192.168.56.130/24", "ip: @@\"::1/128\"", "cannot be a host's address"},
    {"AddressTwice", "ip: 192.168.56.130/24",
     "ip: 192.168.56.130/24, addresses: [fd00::1/64, @@192.168.56.130/24]", "stands here twice"},
    {"AddressesAreNoList", "ip: 192.168.56.130/24", "addresses: @@fd00::1/64", "must be a list"},
    {"MulticastAddress", "ip: 192.168.56.130/24", "ip: @@224.0.0.18/24",
     "cannot be a host's address"},
    {"BadMac", "ip: 192.168.56.130/24", "ip: 192.168.56.130/24, mac: @@02-00-00",
     "not a MAC address"},
    {"GroupMac", "ip: 192.168.56.130/24", "ip: 192.168.56.130/24, mac: @@01:00:5e:00:00:12",
     "group address"},
    {"PortZero", "listen: [80]", "listen: [@@0]", "at least 1"},
    {"PortTooLarge", "listen: [80]", "listen: [@@65536]", "too large"},
    {"ListenIsNoList", "listen: [80]", "listen: @@80", "must be a list"},
    {"HostName", "  client: {", "  @@../x: {", "cannot name a host"},
    {"UnknownStack", "stack: linux", "stack: @@linus", "did you mean 'linux'?"},
    {"IgnoresGarp", "stack: linux", "ignores_garp: @@maybe", "true or false"},
    {"Boot", "stack: linux", "boot: { @@adresses: 5s }", "did you mean 'addresses'?"},
    {"Firewall", "stack: linux", "firewall: [ \"@@OUTPTU -p vrrp -j DROP\" ]",
     "did you mean 'OUTPUT'?"},
    {"Clock", "stack: linux", "clock: { drift: @@20 }", "'20' needs a unit (ppm or ppb)"},
    {"ClockOffset", "stack: linux", "clock: { offset: @@5 }", "needs a unit"},
    {"RelativeFile", "stack: linux", "files: { @@run/drain: 0 }", "no absolute path"},
    {"FileOfText", "stack: linux", "files: { /run/drain: @@much }", ""},
    {"ProcessIsAService",
     "    services:", "    processes: { @@nginx: 1 }\n    services:", "is a service of this host"},
    {"ClientWithDaemon", "stack: linux", "@@daemon: { started: false }", "no `config`"},
    {"NoIsAString", "config: lb1.conf", "config: lb1.conf\n    daemon: { started: @@no }",
     "true or false"},
    {"RangeBackwards", "15ms..40ms", "@@40ms..15ms", "runs backwards"},
    {"MissingConfig", "config: lb1.conf", "config: @@lb3.conf",
     "cannot read dir/lb3.conf: no such file"},
    {"UnknownScript", "chk_nginx: {", "@@chk_nginy: {", "did you mean 'chk_nginx'?"},
    {"UnknownServiceOfCheck", "restarts: nginx", "restarts: @@ngnix", "did you mean 'nginx'?"},
    {"ExitStatus", "restarts: nginx", "exit: @@256", "too large"},
    {"UnknownProbeHost", "from: client", "from: @@clent", "did you mean 'client'?"},
    {"Ping", "get: \"http://192.168.56.100/\"", "ping: @@example.com", "names are not looked up"},
    {"TwoKinds", "web: { from", "@@web: { tcp: 192.168.56.100, from", "both `get` and `tcp`"},
    {"NoKind", "web: { from: client, get: \"http://192.168.56.100/\",", "@@web: { from: client,",
     "needs `get`, `tcp` or `ping`"},
    {"Tls", "\"http://192.168.56.100/\"", "@@\"https://192.168.56.100/\"",
     "https is not supported yet"},
    {"HostNameInUrl", "\"http://192.168.56.100/\"", "\"http://@@example.com/\"",
     "names are not looked up"},
    {"PortOfUrl", "\"http://192.168.56.100/\"", "\"http://192.168.56.100:@@99999/\"",
     "port '99999' is too large"},
    {"Ipv6WithoutBrackets", "\"http://192.168.56.100/\"", "\"http://@@2001:db8::100/\"",
     "stands in brackets"},
    {"BracketIsOpen", "\"http://192.168.56.100/\"", "\"http://@@[2001:db8::100/\"", "never closed"},
    {"Ipv4InBrackets", "\"http://192.168.56.100/\"", "\"http://@@[192.168.56.100]/\"",
     "is not an IPv6 address"},
    {"AfterTheBracket", "\"http://192.168.56.100/\"", "\"http://[2001:db8::100]@@80/\"",
     "only a port"},
    {"ZeroEvery", "every: 10ms", "every: @@0ms", "longer than 0 s"},
    {"TooOften", "every: 10ms", "every: @@1us", "more than 10000000 requests"},
    {"StartsAfterTheEnd", "start: 5s", "start: @@61s", "but the run ends at 60 s"},
};

constexpr BadScenario kTimeline[] = {
    {"TimelineIsOneFault", "timeline:\n  - { id: drop",
     "@@timeline: { at: 1s, note: x }\ninvariants:\n  - { id: drop", "must be a list"},
    {"NoTime", "- { id: drop, at: 10s,", "- @@{ id: drop,", "needs `at` or `after`"},
    {"BothTimes", "- { id: drop, at: 10s,", "- @@{ id: drop, at: 10s, after: dies,", "not both"},
    {"BareTime", "at: 10s", "at: @@10", "'10' needs a unit"},
    {"PastTheEnd", "at: 10s", "at: @@61s", "past the end of the run"},
    {"AfterPastTheEnd", "drop.end + 2s", "@@drop.end + 31s", "past the end of the run"},
    {"UnknownEvent", "after: drop.end + 2s", "after: @@drip.end + 2s", "did you mean 'drop'?"},
    {"OffsetWithoutUnit", "drop.end + 2s", "drop.end + @@2", "needs a unit"},
    {"EarlierThanItsEvent", "drop.end + 2s", "@@drop.end - 2s", "cannot come before"},
    {"AfterATime", "drop.end + 2s", "@@2s", "`after` names an event"},
    {"SameId", "id: dies", "id: @@drop", "two faults have the id 'drop'"},
    {"DotInId", "id: dies", "id: @@dies.end", "no '.'"},
    {"NoVerb", "- { id: dies, after: drop.end + 2s, service: lb1/nginx, do: break }",
     "- @@{ id: dies, after: drop.end + 2s }", "no verb"},
    {"TwoVerbs", "service: lb1/nginx,", "service: lb1/nginx, @@note: twice,", "one verb"},
    {"VerbTypo", "service: lb1/nginx, do", "@@servce: lb1/nginx, do", "did you mean 'service'?"},
    {"LinkWithoutSet", "service: lb1/nginx, do: break", "@@link: \"lb1.eth0 -> lan\"",
     "`link` needs `set`"},
    {"LinkOnOtherSegment", "service: lb1/nginx, do: break",
     "link: @@\"lb1.eth0 -> lam\", set: { loss: 5% }", "did you mean 'lan'?"},
    {"SwitchAction", "service: lb1/nginx, do: break", "switch: @@lan, do: querier_lost",
     "has no querier to lose"},
    {"UnknownSwitch", "service: lb1/nginx, do: break", "switch: @@lam, do: flush",
     "did you mean 'lan'?"},
    {"ArpFor", "service: lb1/nginx, do: break", "arp: client, do: flush, @@for: 2s",
     "takes no `for`"},
    {"InjectNothing", "service: lb1/nginx, do: break", "@@inject: { from: lb1.eth0 }",
     "needs `advert`, `hex` or `pcap`"},
    {"InjectShort", "service: lb1/nginx, do: break", "inject: { from: lb1.eth0, hex: @@00ff }",
     "this one has 2"},
    {"InjectOddHex", "service: lb1/nginx, do: break", "inject: { from: lb1.eth0, hex: 00f@@x }",
     "pairs of hexadecimal digits"},
    {"InjectUnknownVrid", "service: lb1/nginx, do: break",
     "inject: { from: lb1.eth0, @@advert: { vrid: 7, priority: 1 } }", "needs `addresses`"},
    {"InjectNoCapture", "service: lb1/nginx, do: break",
     "inject: { from: lb1.eth0, pcap: @@none.pcap }", "cannot read dir/none.pcap"},
    {"InjectNoCaptureFile", "service: lb1/nginx, do: break",
     "inject: { from: lb1.eth0, pcap: @@lb1.conf }", "cannot use dir/lb1.conf"},
    {"DrawPastTheEnd", "drop.end + 2s", "@@\"drop.end + 2s + uniform(0s, 40s)\"",
     "past the end of the run"},
    {"NoDraw", "at: 10s", "at: @@\"5s + uniform(0s)\"", "is no distribution"},
    {"PartitionOfOne", "service: lb1/nginx, do: break", "partition: {from: [lb1], to: @@lb1}",
     "on both sides of the partition"},
    {"PartitionOfNobody", "service: lb1/nginx, do: break", "partition: {from: [@@lb3], to: [lb2]}",
     "there is no host 'lb3'"},
    {"EveryZero", "service: lb1/nginx,", "every: @@0s, service: lb1/nginx,", "longer than 0 s"},
    {"UntilAlone", "service: lb1/nginx,", "@@until: 50s, service: lb1/nginx,", "goes with `every`"},
    {"EveryTooOften", "service: lb1/nginx,", "every: @@1us, service: lb1/nginx,",
     "more than 1000000 times"},
    {"EveryWithinFor", "for: 20s", "for: 20s, every: @@10s", "cannot come again"},
    {"UntilPastTheEnd", "service: lb1/nginx,", "every: 5s, until: @@61s, service: lb1/nginx,",
     "past the end"},
    {"UnknownService", "service: lb1/nginx", "service: @@lb1/ngnix", "did you mean 'lb1/nginx'?"},
    {"UnknownAction", "do: break", "do: @@breka", "did you mean 'break'?"},
    {"NoAction", "service: lb1/nginx, do: break", "@@service: lb1/nginx", "`service` needs `do`"},
    {"ReloadOfNothing", "service: lb1/nginx, do: break",
     "daemon: lb1, do: reload, config: @@lb3.conf", "cannot read dir/lb3.conf"},
    {"StopWithConfig", "service: lb1/nginx, do: break", "daemon: lb1, do: stop, @@config: lb2.conf",
     "reads no configuration"},
    {"Flap", "service: lb1/nginx, do: break", "nic: lb1.eth0, do: @@flip", "did you mean 'flap'?"},
    {"DaemonOfClient", "service: lb1/nginx, do: break", "daemon: @@client, do: stop",
     "runs no daemon"},
    {"UnknownHost", "service: lb1/nginx, do: break", "host: @@lb3, do: power_off",
     "there is no host 'lb3'"},
    {"UnknownNic", "service: lb1/nginx, do: break", "nic: @@lb1.eth1, do: down",
     "did you mean 'lb1.eth0'?"},
    {"UnknownPause", "service: lb1/nginx, do: break", "pause: lb1, what: @@deamon",
     "did you mean 'daemon'?"},
    {"UntrackedFile", "service: lb1/nginx, do: break", "file: lb1, path: @@/run/drain, value: 1",
     "there is no file tracked by host 'lb1'"},
    {"FileWithoutValue", "service: lb1/nginx, do: break", "@@file: lb1, path: /run/drain",
     "needs `value`"},
    {"ProcessWithoutHost", "service: lb1/nginx, do: break", "process: @@haproxy, count: 0",
     "write haproxy/haproxy"},
    {"ProcessOfNobody", "service: lb1/nginx, do: break", "process: @@lb9/haproxy, count: 0",
     "there is no host 'lb9'"},
    {"ServiceAsProcess", "service: lb1/nginx, do: break", "process: @@lb1/nginx, count: 0",
     "write service: lb1/nginx, do: stop"},
    {"ProcessWithoutCount", "service: lb1/nginx, do: break", "@@process: lb1/haproxy",
     "needs `count`"},
    {"ClockDrift", "service: lb1/nginx, do: break", "clock: lb1, drift: @@20%",
     "there is no unit '%' of a drift"},
    {"ClockStep", "service: lb1/nginx, do: break", "clock: lb1, step: @@--5s", ""},
    {"FamiliesDisagree", "\"OUTPUT -p vrrp", "\"ip6tables OUTPUT -d @@10.0.0.1",
     "is for IPv6 alone"},
    {"FirewallHost", "firewall: lb1", "firewall: @@lb4", "there is no host 'lb4'"},
    {"NoRule", "firewall: lb1, rule: \"OUTPUT -p vrrp -j DROP\"", "@@firewall: lb1",
     "needs `rule`"},
    {"UnknownChain", "\"OUTPUT -p", "\"@@OUTPTU -p", "did you mean 'OUTPUT'?"},
    {"UnknownProtocol", "-p vrrp", "-p @@vrrpp", "did you mean 'vrrp'?"},
    {"ProtocolTooLarge", "-p vrrp", "-p @@256", "too large"},
    {"NoTarget", "\"OUTPUT -p vrrp -j DROP\"", "\"OUTPUT -p vrrp@@\"", "says not what to do"},
    {"IncomingOfOutput", "-p vrrp", "@@-i eth0", "write -o"},
    {"UnknownInterface", "-p vrrp", "-o @@eth9", "did you mean 'eth0'?"},
    {"UnknownOption", "-p vrrp", "@@--ttl 80", "not supported in a firewall rule"},
    {"OptionWithoutValue", "-j DROP", "@@-j", "needs a value"},
    {"NoteWithEnd", "service: lb1/nginx, do: break", "note: hello, @@for: 3s", "takes no `for`"},
    {"ZeroFor", "for: 20s", "for: @@0s", "longer than 0 s"},
    {"Circle", "id: drop, at: 10s,", "id: drop, after: @@dies,", "drop -> dies -> drop"},
};

constexpr BadScenario kExpectations[] = {
    {"ExpectIsAMap", "expect:\n  - { at: 9s, that: \"master(VI_1) == lb1\" }\n",
     "@@expect: { that: \"true\" }\ninvariants:\n", "must be a list"},
    {"UnknownForm", "{ at: 9s,", "{ @@att: 9s,", "did you mean 'at'?"},
    {"SometimesOfNothing", "{ at: 9s, that: \"master(VI_1) == lb1\" }", "{ @@sometimes: }",
     "a value is missing"},
    {"Impossible", "\"blackout(web) <= 3.8s\"", "\"@@blackout(web) < 0s\"", "can never be true"},
    {"OffsetPastTheEnd", "after: dies,", "after: @@dies + 30s,", "past the end"},
    {"NoCondition", "{ at: 9s, that: \"master(VI_1) == lb1\" }", "@@{ at: 9s }", "needs `that`"},
    {"TwoForms", "{ within: 3.8s, after: dies,", "{ within: 3.8s, @@at: 9s,", "one form"},
    {"AtPastTheEnd", "at: 9s", "at: @@61s", "past the end"},
    {"WithinPastTheEnd", "within: 3.8s", "within: @@38s", "past the end"},
    {"BareWithin", "within: 3.8s", "within: @@3.8", "needs a unit"},
    {"AfterUnknown", "after: dies,", "after: @@dyes,", "did you mean 'dies'?"},
    {"AfterWithoutEnd", "after: dies,", "after: @@dies.end,", "has no end"},
    {"StaysAlone", "{ at: 9s,", "{ at: 9s, @@stays: 1s,", "unknown key 'stays'"},
    {"UnknownAtom", "\"master(VI_1) == lb1\"", "\"@@mastr(VI_1) == lb1\"",
     "did you mean 'master'?"},
    {"UnknownInstance", "\"master(VI_1) == lb1\"", "\"master(@@VI_2) == lb1\"",
     "did you mean 'VI_1'?"},
    {"UnknownHostInCondition", "\"master(VI_1) == lb1\"", "\"master(VI_1) == @@lb7\"",
     "there is no host 'lb7'"},
    {"UnknownProbe", "\"blackout(web) <= 3.8s\"", "\"blackout(@@wep) <= 3.8s\"",
     "did you mean 'web'?"},
    {"UnknownServiceInCondition", "\"blackout(web) <= 3.8s\"", "\"service(lb1, @@ngin) == up\"",
     "did you mean 'nginx'?"},
    {"UnknownState", "\"blackout(web) <= 3.8s\"", "\"state(lb1, VI_1) == @@MASTR\"",
     "did you mean 'MASTER'?"},
    {"UnknownStatus", "\"blackout(web) <= 3.8s\"", "\"service(lb1, nginx) == @@dwon\"",
     "did you mean 'down'?"},
    {"BareNumberInCondition", "<= 3.8s", "<= @@3.8", "needs a unit"},
    {"BareIntegerInCondition", "<= 3.8s", "<= @@4", "bare number where a duration is needed"},
    {"MixedTypes", "\"blackout(web) <= 3.8s\"", "\"masters(VI_1) == @@lb1\"", "a number is wanted"},
    {"OneEqualsSign", "\"master(VI_1) == lb1\"", "\"master(VI_1) @@= lb1\"", "write =="},
    {"Ampersands", "\"master(VI_1) == lb1\"", "\"master(VI_1) == lb1 @@&& true\"", "write `and`"},
    {"NoEnd", "\"master(VI_1) == lb1\"", "\"master(VI_1) ==@@\"", "ends too early"},
    {"Unclosed", "\"master(VI_1) == lb1\"", "\"@@(master(VI_1) == lb1\"", "never closed"},
    {"NotACondition", "\"master(VI_1) == lb1\"", "\"@@masters(VI_1)\"", "not a condition"},
    {"OnlyAName", "\"master(VI_1) == lb1\"", "\"@@lb1\"", "alone says nothing"},
    {"TwoComparisons", "\"master(VI_1) == lb1\"", "\"0s < blackout(web) @@< 1s\"",
     "one comparison at a time"},
    {"OrderOfHosts", "\"master(VI_1) == lb1\"", "\"master(VI_1) @@< lb1\"", "only == and != do"},
    {"MissingArgument", "\"master(VI_1) == lb1\"", "\"state(lb1@@) == MASTER\"",
     "state(host, instance)"},
    {"ConditionOnAdverts", "\"master(VI_1) == lb1\"", "\"adverts(lb1, @@prio == 0) > 1\"",
     "is only a name"},
    {"NoAddressInCondition", "\"master(VI_1) == lb1\"", "\"holders(@@VI_1) == 1\"",
     "is not an IP address"},
    {"InTheMiddleOfAList", "\"master(VI_1) == lb1\"",
     "'master(VI_1) == lb1 and holders(@@1.2.3) == 1'", "is not an IP address"},
    {"CountOfNothing", "{ that: \"blackout(web) <= 3.8s\" }", "@@{ count: \"flaps(VI_1)\" }",
     "needs `equals`"},
    {"CountOfAState", "{ that: \"blackout(web) <= 3.8s\" }",
     "{ count: \"@@masters(VI_1)\", equals: 1 }", "one counting atom"},
    {"EmptyInterval", "{ that: \"blackout(web) <= 3.8s\" }",
     "{ always: \"true\", from: 9s, before: @@9s }", "the interval is empty"},
    {"DuringNothing", "{ that: \"blackout(web) <= 3.8s\" }", "{ always: \"true\", during: @@dies }",
     "has no end"},
    {"UnknownOracle", "expect:\n", "waive: { @@one_mastr: because }\nexpect:\n",
     "did you mean 'one_master'?"},
    {"NoReason", "expect:\n", "waive: { @@one_master: }\nexpect:\n", "carries its reason"},
    {"CaseName", "expect:\n", "cases:\n  @@../../etc: {}\nexpect:\n", "cannot name a case"},
    {"NoCases", "expect:\n", "@@cases: {}\nexpect:\n", "`cases` holds no case"},
    {"CaseKey", "expect:\n", "cases:\n  one:\n    @@expct: []\nexpect:\n",
     "did you mean 'expect'?"},
    {"CaseUnknownHost", "expect:\n",
     "cases:\n  one:\n    timeline:\n      - { at: 1s, daemon: @@lb3, do: stop }\n    expect: "
     "[]\nexpect:\n",
     "there is no host 'lb3'"},
    {"CaseRenames", "expect:\n", "cases:\n  one:\n    @@name: two\nexpect:\n",
     "belongs to the file"},
};

std::string name_of_case(const testing::TestParamInfo<BadScenario>& info) {
  return info.param.name;
}

INSTANTIATE_TEST_SUITE_P(Header, Bad, testing::ValuesIn(kHeader), name_of_case);
INSTANTIATE_TEST_SUITE_P(Network, Bad, testing::ValuesIn(kNetwork), name_of_case);
INSTANTIATE_TEST_SUITE_P(Timeline, Bad, testing::ValuesIn(kTimeline), name_of_case);
INSTANTIATE_TEST_SUITE_P(Expectations, Bad, testing::ValuesIn(kExpectations), name_of_case);

}  // namespace
}  // namespace understudy::sim
