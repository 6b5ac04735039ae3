// A network namespace of the test's own, and what `ip` says in it.
#pragma once

#include <gtest/gtest.h>
#include <sched.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>

namespace understudy::daemon {

/// Runs `body` in a thread that has a network of its own, with nothing but a loopback interface in
/// it. The network goes with the thread and its descriptors. Needs root; skips the test without.
template <typename Body>
void in_private_network(Body body) {
  bool entered = false;
  std::thread{[&] {
    entered = unshare(CLONE_NEWNET) == 0;
    if (entered) body();
  }}.join();
  if (!entered) GTEST_SKIP() << "no network namespace here (needs root)";
}

/// What a command prints; it runs in the calling thread's network. Fails the test with the command.
inline std::string output_of(const std::string& command) {
  std::string output;
  FILE* pipe = popen((command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return output;
  std::array<char, 4096> part;
  while (const auto size = fread(part.data(), 1, part.size(), pipe))
    output.append(part.data(), size);
  EXPECT_EQ(pclose(pipe), 0) << command << "\n" << output;
  return output;
}

/// Two interfaces at the two ends of one cable, up, with link-local addresses at once.
inline void lay_cable() {
  output_of(
      "ip link set lo up && ip link add left address 02:00:00:00:00:01 type veth "
      "peer name right address 02:00:00:00:00:02 && "
      "sysctl -qw net.ipv6.conf.left.accept_dad=0 net.ipv6.conf.right.accept_dad=0 "
      "net.ipv4.conf.right.accept_local=1 && "
      "ip addr add 192.0.2.1/24 dev left && ip addr add 192.0.2.2/24 dev right && "
      "ip link set left up && ip link set right up");
  // The kernel makes link-local addresses a moment after the carrier is there.
  for (int i = 0; i < 200; ++i) {
    const auto addresses = output_of("ip -6 -o addr show scope link");
    if (addresses.find("left") != std::string::npos &&
        addresses.find("right") != std::string::npos &&
        addresses.find("tentative") == std::string::npos)
      return;
    usleep(10'000);
  }
  FAIL() << output_of("ip addr");
}

}  // namespace understudy::daemon
