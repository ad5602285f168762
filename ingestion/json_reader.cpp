// Blocks of JSON: by lines, or by the elements of an array.
#include "ingestion/json_reader.hpp"

#include <simdjson.h>

#include <algorithm>

#include "ingestion/json_row.hpp"
#include "ingestion/looks_like.hpp"

namespace cartograph::ingestion {
namespace {

constexpr std::size_t kBlockBytes = 256 * 1024;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kNotAnArray = "row: not a JSON array";
constexpr std::string_view kNotAnObject = "row: not a JSON object";

std::string_view first_line(std::string_view text) { return text.substr(0, text.find('\n')); }

}  // namespace

JsonReader::JsonReader(const LandedFile& landed, const contracts::Context& context,
                       contracts::Lineage lineage, RejectSpool& rejects,
                       const std::filesystem::path& temporary_folder, const std::stop_token& stop)
    : FeedReader(landed, context, std::move(lineage), rejects, temporary_folder, stop),
      lines_(landed.format == Format::json_lines),
      content_(file().bytes()) {
  if (content_.starts_with(kByteOrderMark)) content_.remove_prefix(kByteOrderMark.size());
  if (lines_) {
    rest_ = content_;
  } else {
    index_array();
  }
}

void JsonReader::index_array() {
  const auto refuse = [&] {
    blocks_.clear();
    reject_whole(std::string(kNotAnArray), first_line(content_));
  };
  if (!simdjson::validate_utf8(content_.data(), content_.size())) return refuse();
  std::string_view text = content_;
  TextArena arena;
  std::string_view key;
  const bool is_wrapped = open_json_object(text, arena, key);
  if (is_wrapped && !contracts::equals_ignoring_case(key, feed_.name)) return refuse();
  skip_json_space(text);
  if (text.empty() || text.front() != '[') return refuse();
  text.remove_prefix(1);
  skip_json_space(text);
  JsonRowParser parser(feed_, context_.mapping(feed_.name));
  std::int64_t element = 1;
  if (text.starts_with(']')) {
    text.remove_prefix(1);
  } else {
    const char* block_start = text.data();
    std::int64_t block_first = element;
    while (true) {
      arena.clear();
      if (parser.parse(text, arena) == JsonOutcome::invalid) return refuse();
      ++element;
      const char* element_end = text.data();
      skip_json_space(text);
      const bool last = text.starts_with(']');
      if (!last && !text.starts_with(',')) return refuse();
      text.remove_prefix(1);
      const auto size = static_cast<std::size_t>(element_end - block_start);
      if (last || size >= kBlockBytes) {
        blocks_.push_back({{block_start, size}, block_first});
        block_start = text.data();
        block_first = element;
      }
      if (last) break;
    }
  }
  skip_json_space(text);
  if (is_wrapped) {
    if (!text.starts_with('}')) return refuse();
    text.remove_prefix(1);
    skip_json_space(text);
  }
  if (!text.empty()) refuse();
}

bool JsonReader::next_lines(Block& block) {
  if (rest_.empty()) return false;
  std::size_t size = rest_.size();
  if (size > kBlockBytes) {
    const std::size_t line_end = rest_.find('\n', kBlockBytes);
    if (line_end != std::string_view::npos) size = line_end + 1;
  }
  block.bytes = rest_.substr(0, size);
  block.first_line = line_;
  line_ += std::count(block.bytes.begin(), block.bytes.end(), '\n');
  rest_.remove_prefix(size);
  return true;
}

bool JsonReader::next_block(Block& block) {
  const std::lock_guard lock(mutex_);
  if (lines_) return next_lines(block);
  if (next_block_ == blocks_.size()) return false;
  block = blocks_[next_block_++];
  return true;
}

std::string JsonReader::looks_like() const {
  const std::string file_type = looks_like_another_file(file().bytes());
  if (!file_type.empty()) return file_type;
  return looks_like_json(content_, lines_, feed_, context_.mapping(feed_.name));
}

class JsonReader::JsonBlockDecoder final : public BlockDecoder {
 public:
  explicit JsonBlockDecoder(JsonReader& reader)
      : reader_(reader),
        parser_(reader.feed_, reader.context_.mapping(reader.feed_.name)),
        rows_(reader.feed_.make_decoder(reader.context_, reader.lineage_)) {}

  void start(const Block& block) override {
    rest_ = block.bytes;
    line_ = block.first_line;
  }

  bool decode(RowBatch& batch) override {
    std::int64_t rows = 0;
    while (!rest_.empty() && !batch.full()) {
      const TextArena::Mark mark = batch.arena().mark();
      const std::size_t kept = batch.rows();
      rows += reader_.lines_ ? decode_line(batch) : decode_element(batch);
      // A file of bad rows must not fill memory with what they hold.
      if (batch.rows() == kept) batch.arena().rewind(mark);
      ++line_;
    }
    reader_.count_rows(rows);
    return !rest_.empty();
  }

 private:
  bool decode_line(RowBatch& batch) {
    const std::size_t line_end = rest_.find('\n');
    std::string_view line = rest_.substr(0, line_end);
    rest_.remove_prefix(line_end == std::string_view::npos ? rest_.size() : line_end + 1);
    if (line_end != std::string_view::npos && line.ends_with('\r')) line.remove_suffix(1);
    if (contracts::is_blank(line)) return false;
    if (!simdjson::validate_utf8(line.data(), line.size())) {
      reader_.reject(line_, "row: not UTF-8", line);
      return true;
    }
    std::string_view text = line;
    JsonOutcome outcome = parser_.parse(text, batch.arena());
    skip_json_space(text);
    if (!text.empty()) outcome = JsonOutcome::invalid;
    put(outcome, line, batch);
    return true;
  }

  bool decode_element(RowBatch& batch) {
    skip_json_space(rest_);
    const std::string_view from = rest_;
    const JsonOutcome outcome = parser_.parse(rest_, batch.arena());
    const std::string_view raw = from.substr(0, from.size() - rest_.size());
    skip_json_space(rest_);
    if (rest_.starts_with(',')) rest_.remove_prefix(1);
    put(outcome, raw, batch);
    return true;
  }

  void put(JsonOutcome outcome, std::string_view raw, RowBatch& batch) {
    if (outcome != JsonOutcome::row) {
      reader_.reject(line_, kNotAnObject, raw);
      return;
    }
    for (const std::string& key : parser_.unknown_keys()) note_unknown(key);
    if (!rows_->decode(parser_.values(), line_, batch)) {
      reader_.reject(line_, rows_->reasons(), raw, parser_.values());
    }
  }

  void note_unknown(const std::string& key) {
    if (key == last_unknown_) return;
    last_unknown_ = key;
    reader_.note_unknown_column(key);
  }

  JsonReader& reader_;
  JsonRowParser parser_;
  std::unique_ptr<contracts::RowDecoder> rows_;
  std::string last_unknown_;
  std::string_view rest_;
  std::int64_t line_ = 1;
};

std::unique_ptr<FeedReader::BlockDecoder> JsonReader::decoder() {
  return std::make_unique<JsonBlockDecoder>(*this);
}

}  // namespace cartograph::ingestion
