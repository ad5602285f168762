// The versions of scripts are those of the packages that the build has put into the program.
#include "cli/version.hpp"

#include "warehouse/embedded_engine.hpp"

namespace cartograph::cli {

std::string version_text() {
  return "cartograph " CARTOGRAPH_VERSION "\nwith " + warehouse::embedded_engine() +
         "\n     Apache ECharts " ECHARTS_VERSION "\n     Swagger UI " SWAGGER_UI_VERSION;
}

}  // namespace cartograph::cli
