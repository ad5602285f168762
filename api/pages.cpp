// Where a file of the repository is served: pages by name, scripts beside the page that loads them.
#include "api/pages.hpp"

#include <optional>
#include <string_view>

#include "api/openapi.hpp"
#include "base/embedded.hpp"

namespace cartograph::api {
namespace {

std::string type_of(std::string_view path) {
  if (path.ends_with(".html")) return "text/html; charset=utf-8";
  if (path.ends_with(".js")) return "text/javascript; charset=utf-8";
  if (path.ends_with(".css")) return "text/css; charset=utf-8";
  return "image/svg+xml";
}

std::optional<std::string> path_of(std::string_view file) {
  const std::string name(file.substr(file.rfind('/') + 1));
  if (file == "api/dashboard/index.html") return "/";
  if (file == "api/docs/docs.html") return "/docs";
  if (file.starts_with("api/docs/") || file.starts_with("node_modules/swagger-ui-dist/")) {
    return "/docs/" + name;
  }
  const bool is_chart = file.starts_with("reports/") && file.ends_with(".js");
  if (file.starts_with("api/dashboard/") || is_chart || file.starts_with("node_modules/echarts/")) {
    return "/" + name;
  }
  return std::nullopt;
}

}  // namespace

const std::map<std::string, StaticPage>& pages() {
  static const std::map<std::string, StaticPage> all = [] {
    std::map<std::string, StaticPage> found;
    for (const EmbeddedFile& file : all_embedded_files()) {
      if (const auto path = path_of(file.path)) {
        found[*path] = {kept(type_of(file.path), std::string(file.text)),
                        file.path.ends_with(".html")};
      }
    }
    found["/openapi.json"] = {kept("application/json", openapi()), false};
    return found;
  }();
  return all;
}

}  // namespace cartograph::api
