#pragma once

#include <string>
#include <string_view>

namespace docktape {

// An image reference as Docker resolves it (the grammar of distribution's reference package): "nginx" is
// docker.io/library/nginx:latest. An empty part is absent; all are when the text is no reference. A bare image ID
// ("sha256:…" or 64 hex digits) is a digest without a repository.
struct ImageReference {
  std::string registry;
  std::string repository;
  std::string tag;
  std::string digest;

  static ImageReference parse(std::string_view text);
};

}  // namespace docktape
