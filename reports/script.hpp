// JavaScript (ES5) inside the program, by Duktape: without network, files, clock or chance, so that
// the same scripts and texts always give the same text. One thread at a time.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct duk_hthread;

namespace cartograph::reports {

class Script {
 public:
  /// Throws Error where there is no memory for it.
  Script();

  /// Runs `text`; what it declares is there for what runs later. Throws Error with `name`, line and
  /// what was wrong where it fails.
  void run(std::string_view name, std::string_view text);

  /// Calls the global `function` with these texts and gives the text that it returns. Throws Error
  /// where there is none, where it throws, or where it returns something else.
  std::string call(const std::string& function, const std::vector<std::string>& texts);

 private:
  struct Close {
    void operator()(duk_hthread* context) const;
  };
  std::unique_ptr<duk_hthread, Close> context_;
};

}  // namespace cartograph::reports
