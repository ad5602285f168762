// Every step is protected: an exception of a script never reaches Duktape's fatal handler.
#include "reports/script.hpp"

#include <duktape.h>
#include <fmt/format.h>

#include "base/error.hpp"

namespace cartograph::reports {
namespace {

// What lies on top of the stack, taken off it: an exception with its stack, or its text.
std::string take_error(duk_context* context) {
  const char* property = duk_is_error(context, -1) != 0 ? "stack" : nullptr;
  if (property != nullptr) {
    duk_get_prop_string(context, -1, property);
    duk_remove(context, -2);
  }
  std::string text = duk_safe_to_string(context, -1);
  duk_pop(context);
  return text;
}

}  // namespace

void Script::Close::operator()(duk_hthread* context) const { duk_destroy_heap(context); }

Script::Script() : context_(duk_create_heap_default()) {
  if (context_ == nullptr) throw Error("there is no memory for a script");
}

void Script::run(std::string_view name, std::string_view text) {
  duk_context* context = context_.get();
  duk_push_lstring(context, name.data(), name.size());
  if (duk_pcompile_lstring_filename(context, 0, text.data(), text.size()) != 0 ||
      duk_pcall(context, 0) != 0) {
    throw Error(fmt::format("the script {} fails: {}", name, take_error(context)));
  }
  duk_pop(context);
}

std::string Script::call(const std::string& function, const std::vector<std::string>& texts) {
  duk_context* context = context_.get();
  duk_get_global_lstring(context, function.data(), function.size());
  for (const std::string& text : texts) duk_push_lstring(context, text.data(), text.size());
  if (duk_pcall(context, static_cast<duk_idx_t>(texts.size())) != 0) {
    throw Error(fmt::format("the script's function {} fails: {}", function, take_error(context)));
  }
  if (duk_is_string(context, -1) == 0) {
    duk_pop(context);
    throw Error(fmt::format("the script's function {} gives no text", function));
  }
  duk_size_t size = 0;
  const char* text = duk_get_lstring(context, -1, &size);
  std::string result(text, size);
  duk_pop(context);
  return result;
}

}  // namespace cartograph::reports
