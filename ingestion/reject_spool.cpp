// The spool is a run of records: two numbers, then four texts each led by its length.
#include "ingestion/reject_spool.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

#include "base/error.hpp"
#include "base/utf8.hpp"
#include "ingestion/temporary_files.hpp"

namespace cartograph::ingestion {
namespace {

bool read_number(std::FILE* file, std::int64_t& number) {
  return std::fread(&number, sizeof(number), 1, file) == 1;
}

bool read_text(std::FILE* file, TextArena& arena, std::string_view& text) {
  std::int64_t size = 0;
  if (!read_number(file, size)) return false;
  char* place = arena.allocate(static_cast<std::size_t>(size));
  if (std::fread(place, 1, static_cast<std::size_t>(size), file) !=
      static_cast<std::size_t>(size)) {
    return false;
  }
  text = {place, static_cast<std::size_t>(size)};
  return true;
}

[[noreturn]] void throw_not_kept() {
  throw Error(fmt::format("cannot keep the rejected rows: {}; make room in the data folder",
                          std::strerror(errno)));
}

[[noreturn]] void throw_not_read_back() {
  throw Error("cannot read the rejected rows back from the data folder");
}

}  // namespace

const Schema RejectSpool::kSchema = {
    {"run_id", ColumnType::text},          {"source_file", ColumnType::text},
    {"source_line", ColumnType::bigint},   {"feed", ColumnType::text},
    {"reasons", ColumnType::text},         {"raw_row", ColumnType::text},
    {"ingested_at", ColumnType::timestamp}};

RejectSpool::RejectSpool(const std::filesystem::path& temporary_folder, std::string run_id)
    : run_id_(std::move(run_id)) {
  file_ = ::fdopen(open_unnamed_file(temporary_folder), "w+b");
  if (file_ == nullptr) {
    throw_not_kept();
  }
}

RejectSpool::~RejectSpool() { std::fclose(file_); }

void RejectSpool::append(const Reject& reject) {
  std::string_view raw = reject.raw_row.substr(0, kRawRowBytesMax);
  const std::string text = printable(raw);
  const std::lock_guard lock(mutex_);
  const auto put = [&](const void* data, std::size_t size) {
    if (std::fwrite(data, 1, size, file_) != size) {
      throw_not_kept();
    }
  };
  const auto put_text = [&](std::string_view value) {
    const auto size = static_cast<std::int64_t>(value.size());
    put(&size, sizeof(size));
    put(value.data(), value.size());
  };
  put(&reject.source_line, sizeof(reject.source_line));
  put(&reject.ingested_at.micros, sizeof(reject.ingested_at.micros));
  put_text(reject.source_file);
  put_text(reject.feed);
  put_text(reject.reasons);
  put_text(text);
  ++rows_;
}

std::unique_ptr<RowSource::Cursor> RejectSpool::cursor() {
  class SpoolCursor final : public Cursor {
   public:
    SpoolCursor(RejectSpool& spool) : spool_(spool) {
      if (std::fflush(spool_.file_) != 0) throw_not_kept();
      std::rewind(spool_.file_);
    }
    bool next(RowBatch& batch) override {
      std::int64_t source_line = 0;
      std::size_t bytes = 0;
      // Raw rows may be long: a batch ends when it holds enough of them.
      while (!batch.full() && bytes < 16 * kRawRowBytesMax &&
             read_number(spool_.file_, source_line)) {
        std::int64_t ingested_at = 0;
        std::string_view source_file, feed, reasons, raw_row;
        if (!read_number(spool_.file_, ingested_at) ||
            !read_text(spool_.file_, batch.arena(), source_file) ||
            !read_text(spool_.file_, batch.arena(), feed) ||
            !read_text(spool_.file_, batch.arena(), reasons) ||
            !read_text(spool_.file_, batch.arena(), raw_row)) {
          throw_not_read_back();
        }
        batch.set_text(0, spool_.run_id_);
        batch.set_text(1, source_file);
        batch.set_number(2, source_line);
        batch.set_text(3, feed);
        batch.set_text(4, reasons);
        batch.set_text(5, raw_row);
        batch.set_number(6, ingested_at);
        batch.add_row();
        bytes += raw_row.size();
      }
      given_ += static_cast<std::int64_t>(batch.rows());
      if (batch.rows() == 0 && given_ != spool_.rows_) throw_not_read_back();
      return batch.rows() > 0;
    }

   private:
    RejectSpool& spool_;
    std::int64_t given_ = 0;
  };
  return std::make_unique<SpoolCursor>(*this);
}

}  // namespace cartograph::ingestion
