// The C library's iconv does the work; it stops at what its encoding does not define.
#include "ingestion/decoded_text.hpp"

#include <fmt/format.h>
#include <iconv.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <string>
#include <type_traits>

#include "base/error.hpp"
#include "ingestion/temporary_files.hpp"

namespace cartograph::ingestion {
namespace {

constexpr std::size_t kPieceBytes = 1 << 20;
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

struct Source {
  const char* encoding;
  std::size_t unit_bytes;
};

// Writes `bytes` in UTF-8 to `descriptor`.
void rewrite(std::string_view bytes, const Source& source, int descriptor,
             const std::filesystem::path& path) {
  const auto close = [](iconv_t converter) { ::iconv_close(converter); };
  const iconv_t opened = ::iconv_open("UTF-8", source.encoding);
  if (opened == reinterpret_cast<iconv_t>(-1)) {
    throw Error(
        fmt::format("{}: this machine cannot read {}; install the C library's gconv modules",
                    path.string(), source.encoding));
  }
  const std::unique_ptr<std::remove_pointer_t<iconv_t>, decltype(close)> converter(opened, close);
  std::string piece(kPieceBytes, '\0');
  char* in = const_cast<char*>(bytes.data());
  std::size_t in_left = bytes.size();
  while (in_left > 0) {
    char* out = piece.data();
    std::size_t out_left = piece.size() - kReplacement.size();
    const bool is_whole =
        ::iconv(converter.get(), &in, &in_left, &out, &out_left) != static_cast<std::size_t>(-1);
    if (!is_whole && errno != E2BIG) {
      // An undefined byte, a surrogate alone, or a unit that is cut off at the end.
      const std::size_t skipped = std::min(source.unit_bytes, in_left);
      in += skipped;
      in_left -= skipped;
      out = std::copy(kReplacement.begin(), kReplacement.end(), out);
    }
    write_unnamed(descriptor, {piece.data(), static_cast<std::size_t>(out - piece.data())}, path);
  }
}

bool is_ascii(std::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

}  // namespace

DecodedText::DecodedText(std::string_view bytes, contracts::Encoding without_mark,
                         const std::filesystem::path& path,
                         const std::filesystem::path& temporary_folder)
    : text_(bytes) {
  const auto take = [&](std::string_view mark) {
    if (!text_.starts_with(mark)) return false;
    text_.remove_prefix(mark.size());
    return true;
  };
  if (take("\xEF\xBB\xBF")) return;
  Source source{};
  if (take("\xFF\xFE")) {
    source = {"UTF-16LE", 2};
  } else if (take("\xFE\xFF")) {
    source = {"UTF-16BE", 2};
  } else if (without_mark == contracts::Encoding::windows_1252 && !is_ascii(bytes)) {
    source = {"WINDOWS-1252", 1};
  } else {
    return;
  }
  const Descriptor file(open_unnamed_file(temporary_folder));
  rewrite(text_, source, file.get(), path);
  rewritten_ = MappedFile(file.get(), path);
  text_ = rewritten_.bytes();
}

}  // namespace cartograph::ingestion
