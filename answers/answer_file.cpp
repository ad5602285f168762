// Reads the heads.
#include "answers/answer_file.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/embedded.hpp"
#include "base/error.hpp"

namespace cartograph::answers {
namespace {

// The text after "-- key: ", or nothing.
bool take_field(std::string_view line, std::string_view key, std::string_view& value) {
  const std::string lead = fmt::format("-- {}: ", key);
  if (!line.starts_with(lead)) return false;
  value = line.substr(lead.size());
  return true;
}

// "before text, limit bigint"
std::vector<AnswerFile::Parameter> parse_parameters(std::string_view text) {
  std::vector<AnswerFile::Parameter> parameters;
  while (!text.empty() && text != "none") {
    const std::size_t comma = text.find(", ");
    const std::string_view part = text.substr(0, comma);
    text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 2);
    const std::size_t space = part.find(' ');
    if (space == std::string_view::npos) throw Error(fmt::format("parameter '{}': no type", part));
    parameters.push_back({part.substr(0, space), part.substr(space + 1)});
  }
  return parameters;
}

void parse_head(AnswerFile& file) {
  constexpr std::string_view kColumn = "-- column ";
  std::string_view parameters;
  for (std::string_view rest = file.sql; rest.starts_with("--");) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.starts_with(kColumn)) {
      const std::size_t colon = line.find(": ");
      if (colon == std::string_view::npos) throw Error(fmt::format("'{}': no text", line));
      file.columns.push_back(
          {line.substr(kColumn.size(), colon - kColumn.size()), line.substr(colon + 2)});
    } else if (!take_field(line, "answer", file.name) &&
               !take_field(line, "answers", file.answers) &&
               !take_field(line, "parameters", parameters) &&
               !take_field(line, "order", file.order)) {
      throw Error(fmt::format("'{}' is no line of a head", line));
    }
  }
  if (file.answers.empty() || parameters.empty() || file.order.empty() || file.columns.empty()) {
    throw Error("needs answer, answers, parameters, order and its columns");
  }
  file.parameters = parse_parameters(parameters);
}

}  // namespace

std::string_view AnswerFile::text_of(std::string_view column) const {
  const auto found = std::ranges::find(columns, column, &Column::name);
  return found == columns.end() ? std::string_view() : found->text;
}

AnswerFile parse_answer_file(std::string_view path, std::string_view text) {
  AnswerFile file;
  file.sql = text;
  try {
    parse_head(file);
    if (path != fmt::format("answers/{}.sql", file.name)) {
      throw Error(fmt::format("its name is not '{}'", file.name));
    }
  } catch (const Error& error) {
    throw Error(fmt::format("{}: {}", path, error.what()));
  }
  return file;
}

const std::vector<AnswerFile>& answer_files() {
  static const std::vector<AnswerFile> all = [] {
    std::vector<AnswerFile> files;
    for (const EmbeddedFile& file : embedded_files("answers")) {
      files.push_back(parse_answer_file(file.path, file.text));
    }
    return files;
  }();
  return all;
}

const AnswerFile& answer_file(std::string_view name) {
  const auto found = std::ranges::find(answer_files(), name, &AnswerFile::name);
  if (found == answer_files().end()) throw Error(fmt::format("there is no answer '{}'", name));
  return *found;
}

}  // namespace cartograph::answers
