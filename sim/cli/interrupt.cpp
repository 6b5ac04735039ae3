#include "sim/cli/interrupt.h"

namespace understudy::cli {
namespace {

volatile std::sig_atomic_t interrupted = 0;

void note_interrupt(int) { interrupted = 1; }

}  // namespace

InterruptWatch::InterruptWatch() {
  interrupted = 0;
  struct sigaction action {};
  action.sa_handler = note_interrupt;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  ::sigaction(SIGINT, &action, &former_interrupt_);
  ::sigaction(SIGTERM, &action, &former_termination_);
}

InterruptWatch::~InterruptWatch() {
  ::sigaction(SIGINT, &former_interrupt_, nullptr);
  ::sigaction(SIGTERM, &former_termination_, nullptr);
}

const volatile std::sig_atomic_t* InterruptWatch::flag() const { return &interrupted; }

}  // namespace understudy::cli
