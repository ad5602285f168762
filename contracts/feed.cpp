// Compiles a decoder for every contract. A row is read into the contract's struct, checked there,
// and only then put into the batch's columns.
#include "contracts/feed.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstring>
#include <tuple>
#include <utility>

#include "contracts/feeds.hpp"

namespace cartograph::contracts {
namespace {

template <class Row>
constexpr std::size_t kFieldCount = std::tuple_size_v<decltype(Contract<Row>::fields)>;

// Calls visit(field, index) for each field of the contract, unrolled.
template <class Row, class Visit>
void for_each_field(Visit&& visit) {
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (visit(std::get<I>(Contract<Row>::fields), I), ...);
  }
  (std::make_index_sequence<kFieldCount<Row>>{});
}

template <class Row>
constexpr auto field_names() {
  std::array<std::string_view, kFieldCount<Row>> names;
  std::apply([&](const auto&... field) { names = {field.name...}; }, Contract<Row>::fields);
  return names;
}

// Writes typed values so that equal rows give equal bytes and different rows different ones.
class RowHasher {
 public:
  void add(const std::optional<std::int64_t>& number) {
    char* place = room(1 + sizeof(std::int64_t));
    const std::int64_t value = number.value_or(0);
    *place = number ? 1 : 0;
    std::memcpy(place + 1, &value, sizeof(value));
  }
  void add(const Text& text) {
    const std::string_view value = text.value_or(std::string_view());
    char* place = room(1 + sizeof(std::uint32_t) + value.size());
    const auto size = static_cast<std::uint32_t>(value.size());
    *place = text ? 1 : 0;
    std::memcpy(place + 1, &size, sizeof(size));
    if (size > 0) std::memcpy(place + 1 + sizeof(size), value.data(), size);
  }
  Hash128 finish() {
    const XXH128_hash_t hash = XXH3_128bits(bytes_.data(), used_);
    used_ = 0;
    return {hash.high64, hash.low64};
  }

 private:
  char* room(std::size_t size) {
    if (used_ + size > bytes_.size()) bytes_.resize((used_ + size) * 2);
    char* place = bytes_.data() + used_;
    used_ += size;
    return place;
  }
  std::vector<char> bytes_ = std::vector<char>(1024);
  std::size_t used_ = 0;
};

// The shop's words of one column, and what stands for null in it.
class ShopWords {
 public:
  ShopWords(const FeedMapping& mapping, const std::string& column) {
    if (const auto words = mapping.values.find(column); words != mapping.values.end()) {
      for (const auto& [word, ours] : words->second) words_.emplace_back(trimmed(word), ours);
    }
    if (const auto found = mapping.defaults.find(column); found != mapping.defaults.end()) {
      default_ = trimmed(found->second);
    }
  }

  std::string_view of(std::string_view value) const {
    for (const auto& [word, ours] : words_) {
      if (equals_ignoring_case(value, word)) {
        value = trimmed(ours);
        break;
      }
    }
    return value.empty() ? default_ : value;
  }

 private:
  std::vector<std::pair<std::string_view, std::string_view>> words_;
  std::string_view default_;
};

template <class Row>
class ContractDecoder final : public RowDecoder {
 public:
  ContractDecoder(const Context& context, const Lineage& lineage)
      : context_(context), lineage_(lineage) {
    const FeedMapping* mapping = context.mapping(Contract<Row>::feed);
    if (mapping == nullptr || (mapping->values.empty() && mapping->defaults.empty())) return;
    for (const std::string_view name : kNames) words_.emplace_back(*mapping, std::string(name));
  }

  bool decode(std::span<const std::string_view> values, std::int64_t source_line,
              RowBatch& batch) override {
    faults_.clear();
    for_each_field<Row>([&](const auto& field, std::size_t i) {
      std::string_view value = trimmed(values[i]);
      if (!words_.empty()) value = words_[i].of(value);
      if (value.empty()) {
        field.fill_null(row_);
        if (field.presence.required) report(field, i, Fault::required);
      } else if (const Fault fault = field.read(value, context_, row_); fault != Fault::none) {
        field.fill_null(row_);
        report(field, i, fault);
      }
    });
    if constexpr (requires { Contract<Row>::check_fields(row_, faults_); }) {
      Contract<Row>::check_fields(row_, faults_);
    }
    if constexpr (requires { Contract<Row>::check_row(row_, faults_); }) {
      if (faults_.empty()) Contract<Row>::check_row(row_, faults_);
    }
    if (!faults_.empty()) return false;
    add(source_line, batch);
    return true;
  }

  std::string reasons() const override { return faults_.text(kNames); }

 private:
  static constexpr auto kNames = field_names<Row>();

  template <class Field>
  void report(const Field& field, std::size_t index, Fault fault) {
    faults_.add(index, message(fault, field, context_));
  }

  void add(std::int64_t source_line, RowBatch& batch) {
    for_each_field<Row>([&](const auto& field, std::size_t i) {
      const auto value = field.get(row_);
      hasher_.add(value);
      if (!value) {
        batch.set_null(i);
      } else if constexpr (std::is_same_v<std::decay_t<decltype(*value)>, std::string_view>) {
        batch.set_text(i, *value);
      } else {
        batch.set_number(i, *value);
      }
    });
    constexpr std::size_t next = kFieldCount<Row>;
    batch.set_number(next, lineage_.ingested_at.micros);
    batch.set_text(next + 1, lineage_.source_file);
    batch.set_number(next + 2, source_line);
    batch.set_hash(next + 3, hasher_.finish());
    batch.set_text(next + 4, lineage_.run_id);
    batch.add_row();
  }

  const Context& context_;
  const Lineage& lineage_;
  std::vector<ShopWords> words_;  // by field; empty where nothing is mapped
  Row row_;
  Faults faults_;
  RowHasher hasher_;
};

template <class Field, class Row>
std::string cell_text(const Field& field, const Row& row) {
  const auto value = *field.get(row);
  if constexpr (Field::column_type == ColumnType::text) {
    return std::string(value);
  } else if constexpr (Field::column_type == ColumnType::money) {
    return to_string(Money{value});
  } else if constexpr (Field::column_type == ColumnType::timestamp) {
    return to_string(Instant{value});
  } else {
    return std::to_string(value);
  }
}

// What the type alone does not say of the values that are accepted.
template <class Field>
std::string allowed(const Field& field) {
  if constexpr (requires { field.words; }) {
    return fmt::format("{}", fmt::join(field.words, ", "));
  } else if constexpr (requires { field.reader.length_max; }) {
    return fmt::format("at most {} characters", field.reader.length_max);
  } else if constexpr (Field::column_type == ColumnType::money) {
    return fmt::format("{} to {}", to_string(field.min), to_string(field.max));
  } else if constexpr (Field::column_type == ColumnType::integer) {
    return fmt::format("{} to {}", field.min, field.max);
  } else {
    return {};
  }
}

// The columns that say where a staged row comes from.
void add_lineage(Schema& staging) {
  staging.push_back({"ingested_at", ColumnType::timestamp, false,
                     "When the file was picked up: one value a file, strictly increasing in order "
                     "of pickup."});
  staging.push_back(
      {"source_file", ColumnType::text, false, "The file, as its path below the landing folder."});
  staging.push_back({"source_line", ColumnType::bigint, false,
                     "The line of the file on which the row starts, from 1; of a JSON array the "
                     "element's number."});
  staging.push_back({"row_hash", ColumnType::hash, false,
                     "A hash of the row's typed values: equal values, equal hash, whatever the "
                     "file's format."});
  staging.push_back({"run_id", ColumnType::text, false, "The run that staged the row."});
}

template <class Row>
Feed describe() {
  Feed feed;
  feed.name = Contract<Row>::feed;
  feed.grain = Contract<Row>::grain;
  feed.key.assign(Contract<Row>::key.begin(), Contract<Row>::key.end());
  if constexpr (requires { Contract<Row>::state; }) feed.state = Contract<Row>::state;
  for_each_field<Row>([&](const auto& field, std::size_t) {
    feed.fields.push_back({field.name, field.about, field.type_name, allowed(field),
                           field.column_type, field.presence.required,
                           field.presence.column_may_be_missing, field.null_in_staging()});
    feed.staging.push_back({std::string(field.name), field.column_type, field.null_in_staging(),
                            std::string(field.about)});
  });
  add_lineage(feed.staging);
  feed.fault = [](std::size_t place, std::string_view text, const Context& context) {
    Row row;
    Faults faults;
    for_each_field<Row>([&](const auto& field, std::size_t i) {
      if (i != place) return;
      const Fault fault =
          trimmed(text).empty() ? Fault::required : field.read(trimmed(text), context, row);
      if (fault != Fault::none) faults.add(i, message(fault, field, context));
    });
    if constexpr (requires { Contract<Row>::check_fields(row, faults); }) {
      if (faults.empty()) Contract<Row>::check_fields(row, faults);
    }
    return faults.empty() ? std::string() : faults.first_message();
  };
  feed.meaning = [](std::size_t place, std::string_view text,
                    const Context& context) -> std::optional<std::string> {
    std::optional<std::string> cell;
    Row row;
    for_each_field<Row>([&](const auto& field, std::size_t i) {
      if (i != place) return;
      std::string_view value = trimmed(text);
      const FeedMapping* mapping = context.mapping(Contract<Row>::feed);
      if (mapping != nullptr) value = ShopWords(*mapping, std::string(field.name)).of(value);
      if (value.empty() || field.read(value, context, row) != Fault::none) return;
      cell = cell_text(field, row);
    });
    return cell;
  };
  feed.make_decoder = [](const Context& context,
                         const Lineage& lineage) -> std::unique_ptr<RowDecoder> {
    return std::make_unique<ContractDecoder<Row>>(context, lineage);
  };
  return feed;
}

}  // namespace

const std::vector<Feed>& feeds() {
  static const std::vector<Feed> all = [] {
    std::vector<Feed> list;
    [&]<class... Row>(std::tuple<Row...>*) {
      (list.push_back(describe<Row>()), ...);
    }(static_cast<AllFeeds*>(nullptr));
    return list;
  }();
  return all;
}

const Feed* find_feed(std::string_view name) {
  for (const Feed& feed : feeds()) {
    if (feed.name == name) return &feed;
  }
  return nullptr;
}

}  // namespace cartograph::contracts
