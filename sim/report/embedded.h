// What pages hold beside their data, put into the program when it is built.
#pragma once

#include <string>

namespace understudy::sim::embedded {

std::string style();
/// What the pictures of runs and of captures share; stands before either's script.
std::string lanes_script();
std::string timeline_script();
std::string capture_script();
std::string sweep_script();
/// The charting library D3, minified; empty when it was not there when the program was built.
std::string charting_library();
std::string charting_licence();

}  // namespace understudy::sim::embedded
