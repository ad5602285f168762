// A section without a statement is left out.
#include "reports/memo.hpp"

#include <fmt/format.h>

#include "reports/memo_sections.hpp"
#include "reports/report_page.hpp"
#include "reports/wording.hpp"

namespace cartograph::reports {
namespace {

std::vector<std::string> calls_of(const MemoData& data) {
  std::vector<std::string> calls;
  const auto add = [&](std::string_view call, const Range& range) {
    calls.push_back(
        fmt::format("/{}from={}&to={}", call, to_string(range.from), to_string(range.to)));
  };
  add("metrics/summary?", data.range);
  add("metrics/summary?compare=previous_year&", data.range);
  add("metrics/daily?", {data.before_range().from + -7 * kUsualWeeksMax, data.range.to});
  for (const BrokenDown& parts : data.parts) {
    for (const Range& range : {data.range, data.before_range()}) {
      add(fmt::format("metrics/breakdown?by={}&top=1000&", parts.by), range);
    }
  }
  add("revenue/recognition?", {data.before_range().to, data.range.to});
  add("returns/skus?limit=1000&", data.returns_range);
  calls.insert(calls.end(), {"/ltv/30", "/inventory/alerts", "/quality/latest"});
  return calls;
}

Memo of_nothing(const MemoData& data) {
  return {"What the figures say",
          provenance(data.store),
          {{"What happened", {{"Nothing was sold yet."}}}},
          {}};
}

}  // namespace

std::vector<std::string> Memo::claims() const {
  std::vector<std::string> found;
  for (const MemoSection& section : sections) {
    for (const Statement& statement : section.statements) {
      if (statement.is_claim) found.push_back(statement.text);
    }
  }
  return found;
}

Memo memo_of(const MemoData& data) {
  if (data.days.empty()) return of_nothing(data);
  const Findings found = findings(data);
  const bool is_judged = doubts(data).empty();
  std::vector<Statement> happened = headline(data);
  happened.insert(happened.end(), found.statements.begin(), found.statements.end());
  std::vector<MemoSection> sections = {{"What happened", std::move(happened)}};
  if (found.is_changed) {
    sections.push_back({"How the change comes about", reasons(data)});
    sections.push_back({"Where it was", places(data)});
  }
  if (is_judged) sections.push_back({"What else moved", shifts(data)});
  sections.push_back({"Returns", product_returns(data)});
  sections.push_back({"Customers", newest_cohort(data)});
  sections.push_back({"Stock", stock(data)});
  sections.push_back({"Owed", balances(data)});
  sections.push_back({"To do", to_do(data)});
  sections.push_back({"What to know about the data", caveats(data)});
  std::erase_if(sections, [](const MemoSection& section) { return section.statements.empty(); });
  return {"What the figures say, " + range_text(data.range), provenance(data.store),
          std::move(sections), calls_of(data)};
}

std::string memo_markdown(const Memo& memo) {
  std::string text = fmt::format("# {}\n\n{}\n", memo.title, memo.about);
  for (const MemoSection& section : memo.sections) {
    text += fmt::format("\n## {}\n\n", section.title);
    for (const Statement& statement : section.statements) {
      text += fmt::format("- {}\n", markdown_text(statement.text));
    }
  }
  if (memo.calls.empty()) return text;
  text += "\n<details><summary>Where the figures come from</summary>\n\n";
  for (const std::string& call : memo.calls) text += fmt::format("- `{}`\n", call);
  return text + "\n</details>\n";
}

std::string memo_html(const Memo& memo) {
  std::string body = fmt::format("<header><h1>{}</h1><p>{}</p></header>\n", html_text(memo.title),
                                 html_text(memo.about));
  for (const MemoSection& section : memo.sections) {
    body += fmt::format("<section>\n<h2>{}</h2>\n<ul>\n", html_text(section.title));
    for (const Statement& statement : section.statements) {
      body += fmt::format("<li>{}</li>\n", html_text(statement.text));
    }
    body += "</ul>\n</section>\n";
  }
  if (!memo.calls.empty()) {
    body += "<details class=\"calls\"><summary>Where the figures come from</summary>\n<ul>\n";
    for (const std::string& call : memo.calls) {
      body += fmt::format("<li><code>{}</code></li>\n", html_text(call));
    }
    body += "</ul></details>\n";
  }
  return html_page(memo.title, body);
}

}  // namespace cartograph::reports
