// One page for the owner: what happened, what changed, what to do. Every sentence is computed from
// answers of one run and left out where its guard fails. Pure functions, thread-safe.
#pragma once

#include <string>
#include <vector>

#include "reports/memo_data.hpp"

namespace cartograph::reports {

struct Statement {
  std::string text;
  bool is_claim = false;    // says that something is out of the ordinary; else a figure or a state
  std::int64_t weight = 0;  // cents that it is about: what is worth most comes first

  static Statement claim(std::string text, Money about);
};

struct MemoSection {
  std::string title;
  std::vector<Statement> statements;
};

struct Memo {
  std::string title;
  std::string about;  // whose figures these are
  std::vector<MemoSection> sections;
  std::vector<std::string> calls;  // of the API, which answer the figures

  std::vector<std::string> claims() const;
};

Memo memo_of(const MemoData& data);

std::string memo_markdown(const Memo& memo);
std::string memo_html(const Memo& memo);

}  // namespace cartograph::reports
