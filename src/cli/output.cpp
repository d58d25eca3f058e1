#include "cli/output.hpp"

#include <cstdio>

#include "aftercare/value.hpp"

#include "rulebook/access.hpp"

namespace aftercare::cli {

int write_file(const Shell& shell, const std::string& path,
               const std::function<void(const Sink&)>& content) {
  std::FILE* file = path == "-" ? stdout : std::fopen(path.c_str(), "wb");
  if (file == nullptr) return shell.failed({ErrorCode::io, "cannot write " + path});
  bool is_good = true;
  content([&](std::string_view bytes) {
    is_good = is_good && std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
  });
  is_good = (file == stdout ? std::fflush(file) : std::fclose(file)) == 0 && is_good;
  return is_good ? static_cast<int>(fine) : shell.failed({ErrorCode::io, "cannot write " + path});
}

Zone zone_of(const Rulebook& rules) {
  const step::Model& model = *rulebook::model_of(rules);
  return model.packs.empty() ? Zone() : model.packs.front().zone;
}

std::string amount_text(std::int64_t minor, std::uint32_t currency, int scale) {
  return Value::money(minor, currency, scale).to_text();
}

}  // namespace aftercare::cli
