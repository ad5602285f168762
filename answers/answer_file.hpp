// The SQL files of the answers, compiled into the program; the head of each says what it answers.
// Thread-safe.
#pragma once

#include <string_view>
#include <vector>

namespace cartograph::answers {

/// A head is these lines, in this order:
///   -- answer: NAME, which is the file's
///   -- answers: one line on what it answers
///   -- parameters: NAME TYPE, …, the values of $1, $2, …; or none
///   -- order: of the rows
///   -- column NAME: what it is, one line a column
struct AnswerFile {
  struct Parameter {
    std::string_view name;
    std::string_view type;  // text, bigint, date, timestamp
  };
  struct Column {
    std::string_view name;
    std::string_view text;  // "when the run began"
  };

  std::string_view name;
  std::string_view answers;
  std::vector<Parameter> parameters;
  std::string_view order;
  std::vector<Column> columns;
  std::string_view sql;  // the whole file

  /// What the column is; empty where the head does not say.
  std::string_view text_of(std::string_view column) const;
};

/// All of them, by name. Throws Error where a head is wrong.
const std::vector<AnswerFile>& answer_files();

/// The one of this name. Throws Error where there is none.
const AnswerFile& answer_file(std::string_view name);

/// The file whose path and text these are. Throws Error where its head is wrong.
AnswerFile parse_answer_file(std::string_view path, std::string_view text);

}  // namespace cartograph::answers
