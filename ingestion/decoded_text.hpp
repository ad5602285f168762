// The text of a landed CSV file in UTF-8, whatever it is written in: UTF-8 and UTF-16 by their byte
// order marks, without one what the configuration says.
#pragma once

#include <filesystem>
#include <string_view>

#include "contracts/field.hpp"
#include "ingestion/mapped_file.hpp"

namespace cartograph::ingestion {

class DecodedText {
 public:
  /// `bytes`, which have to outlive it, are those of the file `path`. Where they have to be
  /// rewritten, the text goes into a file in `temporary_folder` that vanishes with this object;
  /// what their encoding does not define becomes U+FFFD. Throws Error where there is no room.
  DecodedText(std::string_view bytes, contracts::Encoding without_mark,
              const std::filesystem::path& path, const std::filesystem::path& temporary_folder);

  /// Without a byte order mark. Of UTF-8 it is what lies in the file, valid or not.
  std::string_view text() const { return text_; }

 private:
  MappedFile rewritten_;
  std::string_view text_;
};

}  // namespace cartograph::ingestion
