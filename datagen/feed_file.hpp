// One feed's file of one landing date, written piece by piece and moved to its place at the day's
// end. Where there is noise it adds bad rows, re-sent rows and odd but valid ways of writing; a
// good row is written as without noise, so the good rows of a store do not depend on it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "datagen/noise.hpp"
#include "datagen/random.hpp"
#include "datagen/row_text.hpp"
#include "datagen/summary.hpp"

namespace cartograph::datagen {

enum class Format { csv, json, json_lines };

template <class Row>
class FeedFile {
 public:
  /// `noise_ppm` bad rows for a million good ones. What is under way lies in the folder `out`.
  FeedFile(const std::filesystem::path& out, std::uint64_t seed, std::uint32_t noise_ppm,
           int feed_number);
  /// What was not finished goes.
  ~FeedFile();

  /// Starts the file of landing day `index`, if none is under way.
  void begin(int index, Format format);
  void add(const Row& row);
  /// Writes what was added to `folder`; without rows a file is written only if `even_if_empty`.
  void finish(const std::filesystem::path& folder, bool even_if_empty);

  const FeedSummary& summary() const { return summary_; }

 private:
  void add_noise(const Row& row);
  void add_bad_row(const Row& row);
  bool has_room_for_bad_row() const;
  std::string bad_csv_line(const Spoiling& spoiling, std::vector<std::string> values);
  std::string bad_json_line(const Spoiling& spoiling, const std::vector<std::string>& values);
  std::string csv_line(const std::vector<std::string>& values) const;
  std::string json_line(const std::vector<std::string>& values) const;
  void append_line(std::string_view line);
  void write_text();
  void end_csv_line();

  std::filesystem::path unfinished_;
  std::uint64_t seed_;
  std::uint32_t noise_ppm_;
  int feed_number_;
  FeedSummary summary_;
  std::vector<Spoiling> spoilings_;  // each in turn
  std::size_t next_spoiling_ = 0;
  std::int64_t bad_rows_due_ = 0;  // for which small files had no room

  // Of the file under way:
  bool open_ = false;
  Format format_ = Format::csv;
  Random random_{0, Stream::noise, 0};
  bool crlf_ = false;
  bool unknown_column_ = false;
  std::ofstream file_;
  std::string text_;  // that is not in it yet
  std::int64_t rows_ = 0;
  std::int64_t rows_bad_ = 0;
};

}  // namespace cartograph::datagen
