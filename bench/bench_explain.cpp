// How many packets of a capture are read, sieved and explained a second? From memory, as pcap and
// pcapng, all of them adverts or one in ten.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "bench/capture_story.h"
#include "bench/judge.h"
#include "pcap/byte_source.h"
#include "pcap/capture_stream.h"
#include "pcap/capture_writer.h"
#include "pcap/explainer.h"
#include "pcap/pcapng_writer.h"
#include "pcap/sieve.h"

namespace understudy::bench {

namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::uint64_t kPackets = 100'000;

struct CaptureShape {
  StoryShape story;
  bool pcapng = false;
};

/// Our writers write files: it goes through one, and back.
Bytes make_capture(const CaptureShape& shape) {
  const std::string path =
      (std::filesystem::temp_directory_path() / ("bench_explain." + std::to_string(::getpid())))
          .string();
  CaptureStory story(shape.story);
  const auto tell = [&](auto& writer, const auto& put) {
    if (!writer) std::abort();
    for (std::uint64_t i = 0; i < kPackets; ++i) put(story.next());
    if (!writer->close()) std::abort();
  };
  if (shape.pcapng) {
    auto writer = capture::PcapngWriter::create(path, {"eth0"});
    tell(writer, [&](const auto& frame) { writer->write(0, frame.at, frame.bytes); });
  } else {
    auto writer = capture::CaptureWriter::create(path);
    tell(writer, [&](const auto& frame) { writer->write(frame.at, frame.bytes); });
  }
  std::ifstream file(path, std::ios::binary);
  Bytes bytes{std::istreambuf_iterator<char>(file), {}};
  std::filesystem::remove(path);
  return bytes;
}

std::uint64_t read_all(capture::CaptureStream& stream) {
  std::uint64_t hash = 0;
  while (const auto* packet = stream.next()) {
    hash += static_cast<std::uint64_t>(packet->at.time_since_epoch().count()) ^
            (packet->bytes.size() << 32 | packet->bytes.back());
  }
  return hash;
}

std::uint64_t sieve_all(capture::CaptureStream& stream) {
  capture::Sieve sieve;
  std::uint64_t hash = 0;
  while (const auto* packet = stream.next()) {
    if (const auto* found = sieve.find(*packet)) {
      hash += packet->number ^ found->payload.size() << 40 ^
              static_cast<std::uint64_t>(found->kind) << 56;
    }
  }
  return hash;
}

std::uint64_t explain_all(capture::CaptureStream& stream) {
  capture::Explainer explainer;
  while (const auto* packet = stream.next()) explainer.take(*packet);
  const auto explanation = explainer.finish();
  const Observation& seen = explanation.observation;
  return mix(mix(mix(seen.adverts, seen.changes.size()), seen.masters.size()),
             seen.findings.size());
}

void measure(benchmark::State& state, const CaptureShape& shape,
             std::uint64_t (*work)(capture::CaptureStream&)) {
  const Bytes bytes = make_capture(shape);
  std::uint64_t hash = 0;
  for (auto _ : state) {
    capture::CaptureStream stream(capture::bytes_in_memory(bytes), "memory");
    hash = work(stream);
  }
  finish(state, hash, kPackets);
}

// 10 million packets in 10 s.
constexpr double kGoal = 1e6;

constexpr Expectation kExpectations[] = {
    {"read_pcap", 0xc07cfc6aebccad00, {}, 10 * kGoal},
    {"read_pcapng", 0xc07cfc6aebccad00, {}, 10 * kGoal},
    {"sieve_adverts", 0x684200012a06b550, {}, 5 * kGoal},
    {"sieve_mixed", 0x434f40001e4bdefc, {}, 10 * kGoal},
    {"explain_adverts", 0xb743309b3e464e57, {}, kGoal},
    {"explain_mixed", 0xfd6e4873b820102c, {}, kGoal},
};

}  // namespace

}  // namespace understudy::bench

int main(int argc, char** argv) {
  using namespace understudy::bench;
  const CaptureShape adverts, mixed{.story = {.adverts_in_1000 = 100}},
      pcapng{.story = {}, .pcapng = true};
  benchmark::RegisterBenchmark("read_pcap", measure, adverts, read_all);
  benchmark::RegisterBenchmark("read_pcapng", measure, pcapng, read_all);
  benchmark::RegisterBenchmark("sieve_adverts", measure, adverts, sieve_all);
  benchmark::RegisterBenchmark("sieve_mixed", measure, mixed, sieve_all);
  benchmark::RegisterBenchmark("explain_adverts", measure, adverts, explain_all);
  benchmark::RegisterBenchmark("explain_mixed", measure, mixed, explain_all);
  return run_and_judge(argc, argv, kExpectations);
}
