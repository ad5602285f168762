// Names follow OpenLineage's page on naming: postgres://host:port and database.schema.table; file
// and an absolute path. It says nothing of DuckDB: the file's URL and schema.table.
#include "orchestration/lineage.hpp"

#include <boost/json.hpp>
#include <boost/url.hpp>

#include "base/utf8.hpp"

namespace cartograph::orchestration {
namespace {

namespace json = boost::json;

constexpr std::string_view kProducer = "urn:cartograph:" CARTOGRAPH_VERSION;
constexpr std::string_view kSpecification = "https://openlineage.io/spec/";

struct Namespace {
  std::string name;
  std::string prefix;  // of a table's name
};

std::string url_of(std::string_view path) { return std::string(kSpecification).append(path); }

json::object facet(std::string_view file) {
  const std::string_view name = file.substr(file.find('/') + 1);
  return {{"_producer", kProducer},
          {"_schemaURL",
           url_of(std::string("facets/").append(file).append(".json#/$defs/").append(name))}};
}

Namespace namespace_of(const LineageNames& names) {
  constexpr std::string_view kEmbedded = "duckdb:";
  if (names.warehouse.starts_with(kEmbedded)) {
    return {"duckdb://" + names.warehouse.substr(kEmbedded.size()), "main."};
  }
  const auto url = boost::urls::parse_uri(names.warehouse);
  if (!url || url->host().empty()) return {names.warehouse, names.schema + "."};
  const std::string port = url->has_port() ? std::string(url->port()) : "5432";
  std::string database = url->path();
  if (database.starts_with('/')) database.erase(0, 1);
  return {"postgres://" + std::string(url->host()) + ":" + port,
          (database.empty() ? "" : database + ".") + names.schema + "."};
}

json::array inputs_of(const EndedRun& run, const LineageNames& names) {
  json::array inputs;
  for (const std::string& file : run.landed_files) {
    inputs.push_back({{"namespace", "file"}, {"name", printable((names.landing / file).string())}});
  }
  return inputs;
}

json::array outputs_of(const EndedRun& run, const Namespace& place) {
  json::array outputs;
  for (const WrittenTable& table : run.tables) {
    json::object statistics = facet("1-0-2/OutputStatisticsOutputDatasetFacet");
    statistics["rowCount"] = table.rows;
    outputs.push_back({{"namespace", place.name},
                       {"name", place.prefix + table.name},
                       {"outputFacets", {{"outputStatistics", std::move(statistics)}}}});
  }
  return outputs;
}

json::object begun(const EndedRun& run, const Namespace& place) {
  return {
      {"eventType", "START"},
      {"eventTime", to_string(run.started_at)},
      {"producer", kProducer},
      {"schemaURL", url_of("2-0-2/OpenLineage.json#/$defs/RunEvent")},
      {"run", {{"runId", lineage_run_id(run.run_id)}}},
      {"job", {{"namespace", place.name}, {"name", place.prefix + "cartograph_" + run.command}}},
      {"inputs", json::array()},
      {"outputs", json::array()}};
}

}  // namespace

std::string lineage_run_id(std::string_view run_id) {
  return uuid_of(std::string("lineage\n").append(run_id));
}

std::vector<std::string> lineage_of(const EndedRun& run, const LineageNames& names) {
  const Namespace place = namespace_of(names);
  const json::object start = begun(run, place);
  json::object end = start;
  end["eventType"] = run.is_published ? "COMPLETE" : "FAIL";
  end["eventTime"] = to_string(run.ended_at);
  end["inputs"] = inputs_of(run, names);
  if (run.is_published) {
    end["outputs"] = outputs_of(run, place);
  } else {
    json::object message = facet("1-0-1/ErrorMessageRunFacet");
    message["message"] = printable(run.error);
    message["programmingLanguage"] = "SQL";
    end["run"].as_object()["facets"] = {{"errorMessage", std::move(message)}};
  }
  return {json::serialize(start), json::serialize(end)};
}

}  // namespace cartograph::orchestration
