// JSON lines, and files that are one JSON array. An array is read twice: it is staged only if all
// of it is valid, so the first pass proves that and notes where blocks of elements start.
#pragma once

#include <mutex>
#include <vector>

#include "ingestion/feed_reader.hpp"

namespace cartograph::ingestion {

class JsonReader final : public FeedReader {
 public:
  JsonReader(const LandedFile& landed, const contracts::Context& context,
             contracts::Lineage lineage, RejectSpool& rejects,
             const std::filesystem::path& temporary_folder, const std::stop_token& stop = {});

  bool next_block(Block& block) override;
  std::unique_ptr<BlockDecoder> decoder() override;
  std::string looks_like() const override;

 private:
  class JsonBlockDecoder;

  void index_array();
  bool next_lines(Block& block);

  const bool lines_;
  std::string_view content_;   // without a byte order mark
  std::vector<Block> blocks_;  // of an array: whole elements and the commas between them

  std::mutex mutex_;  // guards what follows
  std::size_t next_block_ = 0;
  std::string_view rest_;
  std::int64_t line_ = 1;
};

}  // namespace cartograph::ingestion
