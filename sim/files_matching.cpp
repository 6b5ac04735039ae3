#include "sim/files_matching.h"

#include <glob.h>
#include <sys/stat.h>

namespace understudy::sim {

std::vector<std::string> files_matching(const std::string& pattern) {
  std::vector<std::string> names;
  glob_t found{};
  if (glob(pattern.c_str(), GLOB_BRACE | GLOB_MARK, nullptr, &found) == 0) {
    for (std::size_t i = 0; i < found.gl_pathc; ++i) {
      struct stat status {};
      if (stat(found.gl_pathv[i], &status) == 0 && S_ISREG(status.st_mode))
        names.emplace_back(found.gl_pathv[i]);
    }
  }
  globfree(&found);
  return names;
}

}  // namespace understudy::sim
