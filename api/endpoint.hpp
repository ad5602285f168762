// An endpoint: the rows of one answer, for one request, from one run. Its parameters and fields are
// data, from which checks and OpenAPI come.
#pragma once

#include <fmt/format.h>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "answers/fields.hpp"
#include "answers/json.hpp"
#include "answers/rejected.hpp"
#include "answers/table.hpp"
#include "api/negotiation.hpp"
#include "api/parameter.hpp"
#include "api/snapshot.hpp"

namespace cartograph::api {

/// What an endpoint is asked.
struct Asked {
  const Arguments& arguments;
  const Snapshot& snapshot;
  warehouse::Reader& reader;
  const answers::MarkMended& mark_mended;
  Format format = Format::json;

  bool is_whole() const { return format == Format::csv; }
};

/// What it answers.
struct Reply {
  std::string data;  // a JSON value, or CSV with its header
  std::size_t count = 0;
  std::string next_cursor;                                // empty where there is nothing more
  std::vector<std::pair<std::string, std::string>> meta;  // besides what every answer has
};

struct Endpoint {
  std::string path;  // "/ltv/{days}"
  std::string name;  // "ltv": operationId, and begin of a file's name
  std::string summary;
  std::vector<Parameter> parameters;
  std::vector<answers::Field> fields;  // of a row, or of the object
  bool is_list = true;                 // rows, which are also there as CSV; else one object
  std::function<Reply(const Asked&)> answer;

  bool takes(std::string_view parameter) const;
};

/// Its paths with each choice of what stands in {}.
std::vector<std::string> concrete_paths(const Endpoint& endpoint);

/// Those that explain a figure.
std::vector<Endpoint> explanation_endpoints();
/// All that answer from a published run.
const std::vector<Endpoint>& endpoints();

Parameter from_parameter(std::string_view otherwise);
Parameter to_parameter();
Parameter limit_parameter();
Parameter cursor_parameter();

/// What chooses the form of a list: `format` and `bom`.
const std::vector<Parameter>& form_parameters();
/// `key`, which every path takes.
Parameter key_parameter();

/// What the dashboard asks first, in this order: computed as soon as a run is published.
std::vector<std::string> prepared_targets();

/// A page of a list: how many rows from which one on. Of CSV: all from the first.
struct Page {
  std::optional<std::int64_t> rows;  // one more than are shown, to know whether there are more
  std::int64_t first = 0;
  std::optional<Day> after;  // where lists by day go on
};

/// By limit and cursor. Throws Problem: 422 where the cursor is none of this endpoint's, 410 where
/// it counts the rows of a run that is not served any more.
Page page_of(const Asked& asked, std::string_view endpoint);

/// Cursors: one that counts rows, and holds within a run; one that names the last day, and holds
/// for ever.
std::string cursor_by_row(std::string_view endpoint, std::string_view run_id, std::int64_t row);
std::string cursor_by_day(std::string_view endpoint, Day last);

/// `answer` as CSV, with a header.
std::string csv_text(const warehouse::Answer& answer);

/// `rows` in the form that was asked for.
template <answers::Described Row>
Reply reply_of(const Asked& asked, const std::vector<Row>& rows) {
  Reply reply;
  reply.count = rows.size();
  reply.data =
      asked.format == Format::csv ? csv_text(answers::as_answer(rows)) : answers::to_json(rows);
  return reply;
}

/// A page of rows in the order of the answer, which was asked for `page`.
template <answers::Described Row>
Reply page_reply(const Asked& asked, std::string_view endpoint, const Page& page,
                 std::vector<Row> rows) {
  std::string next;
  if (page.rows && static_cast<std::int64_t>(rows.size()) == *page.rows) {
    rows.pop_back();
    next = cursor_by_row(endpoint, asked.snapshot.published().run_id,
                         page.first + static_cast<std::int64_t>(rows.size()));
  }
  Reply reply = reply_of(asked, rows);
  reply.next_cursor = std::move(next);
  return reply;
}

}  // namespace cartograph::api
