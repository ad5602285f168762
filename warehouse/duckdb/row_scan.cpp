// One cursor and one batch a thread; a batch is exactly one of DuckDB's vectors. An exception of
// the source becomes the statement's error, which undoes the statement.
#include "warehouse/duckdb/row_scan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "base/error.hpp"

// Not in the C header of 1.4.4; libraries since 1.5 have it.
extern "C" __attribute__((weak)) void duckdb_unsafe_vector_assign_string_element_len(
    duckdb_vector vector, idx_t index, const char* text, idx_t length);

namespace cartograph::warehouse::duckdb {
namespace {

constexpr const char* kFunctionName = "cartograph_rows";

duckdb_logical_type logical_type(ColumnType type) {
  switch (type) {
    case ColumnType::text: return duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR);
    case ColumnType::integer: return duckdb_create_logical_type(DUCKDB_TYPE_INTEGER);
    case ColumnType::bigint: return duckdb_create_logical_type(DUCKDB_TYPE_BIGINT);
    case ColumnType::money: return duckdb_create_decimal_type(18, 2);
    case ColumnType::timestamp: return duckdb_create_logical_type(DUCKDB_TYPE_TIMESTAMP_TZ);
    case ColumnType::date: return duckdb_create_logical_type(DUCKDB_TYPE_DATE);
    case ColumnType::hash: return duckdb_create_logical_type(DUCKDB_TYPE_UUID);
  }
  return duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR);
}

struct ThreadState {
  explicit ThreadState(RowSource& source) : cursor(source.cursor()), batch(source.schema()) {}
  std::unique_ptr<RowSource::Cursor> cursor;
  RowBatch batch;
};

void bind(duckdb_bind_info info) {
  duckdb_value value = duckdb_bind_get_parameter(info, 0);
  auto* source = reinterpret_cast<RowSource*>(duckdb_get_uint64(value));
  duckdb_destroy_value(&value);
  for (const ColumnSpec& column : source->schema()) {
    duckdb_logical_type type = logical_type(column.type);
    duckdb_bind_add_result_column(info, column.name.c_str(), type);
    duckdb_destroy_logical_type(&type);
  }
  duckdb_bind_set_bind_data(info, source, nullptr);
}

void init(duckdb_init_info info) {
  const auto* source = static_cast<RowSource*>(duckdb_init_get_bind_data(info));
  duckdb_init_set_max_threads(info, source->max_cursors());
}

void init_thread(duckdb_init_info info) {
  auto* source = static_cast<RowSource*>(duckdb_init_get_bind_data(info));
  try {
    duckdb_init_set_init_data(info, new ThreadState(*source),
                              [](void* state) { delete static_cast<ThreadState*>(state); });
  } catch (const std::exception& error) {
    duckdb_init_set_error(info, error.what());
  }
}

void set_nulls(duckdb_vector vector, const ColumnData& column, std::size_t rows) {
  std::uint64_t* validity = nullptr;
  for (std::size_t i = 0; i < rows; ++i) {
    if (column.valid[i]) continue;
    if (validity == nullptr) {
      duckdb_vector_ensure_validity_writable(vector);
      validity = duckdb_vector_get_validity(vector);
    }
    duckdb_validity_set_row_invalid(validity, i);
  }
}

// A batch's texts are valid UTF-8: where the library can, it does not look again.
auto* assign_text() {
  return duckdb_unsafe_vector_assign_string_element_len != nullptr
             ? duckdb_unsafe_vector_assign_string_element_len
             : duckdb_vector_assign_string_element_len;
}

void fill(duckdb_vector vector, ColumnType type, const ColumnData& column, std::size_t rows) {
  void* data = duckdb_vector_get_data(vector);
  switch (type) {
    case ColumnType::text: {
      auto* const assign = assign_text();
      for (std::size_t i = 0; i < rows; ++i) {
        if (!column.valid[i]) continue;
        const std::string_view text = column.texts[i];
        assign(vector, i, text.data(), text.size());
      }
      break;
    }
    case ColumnType::integer:
    case ColumnType::date:
      for (std::size_t i = 0; i < rows; ++i) {
        static_cast<std::int32_t*>(data)[i] = static_cast<std::int32_t>(column.numbers[i]);
      }
      break;
    case ColumnType::bigint:
    case ColumnType::money:
    case ColumnType::timestamp:
      std::copy_n(column.numbers.begin(), rows, static_cast<std::int64_t*>(data));
      break;
    case ColumnType::hash:
      // A UUID lies as a signed number whose order is that of its bytes: the top bit is turned.
      for (std::size_t i = 0; i < rows; ++i) {
        static_cast<duckdb_hugeint*>(data)[i] = {
            column.hashes[i].low,
            static_cast<std::int64_t>(column.hashes[i].high ^ (std::uint64_t{1} << 63))};
      }
  }
  set_nulls(vector, column, rows);
}

void read(duckdb_function_info info, duckdb_data_chunk output) {
  auto* state = static_cast<ThreadState*>(duckdb_function_get_local_init_data(info));
  const auto* source = static_cast<RowSource*>(duckdb_function_get_bind_data(info));
  try {
    state->batch.clear();
    state->cursor->next(state->batch);
    const Schema& schema = source->schema();
    for (std::size_t i = 0; i < schema.size(); ++i) {
      fill(duckdb_data_chunk_get_vector(output, i), schema[i].type, state->batch.column(i),
           state->batch.rows());
    }
    duckdb_data_chunk_set_size(output, state->batch.rows());
  } catch (const std::exception& error) {
    duckdb_function_set_error(info, error.what());
  }
}

}  // namespace

void register_row_scan(duckdb_connection connection) {
  duckdb_table_function function = duckdb_create_table_function();
  duckdb_table_function_set_name(function, kFunctionName);
  duckdb_logical_type pointer = duckdb_create_logical_type(DUCKDB_TYPE_UBIGINT);
  duckdb_table_function_add_parameter(function, pointer);
  duckdb_destroy_logical_type(&pointer);
  duckdb_table_function_set_bind(function, &bind);
  duckdb_table_function_set_init(function, &init);
  duckdb_table_function_set_local_init(function, &init_thread);
  duckdb_table_function_set_function(function, &read);
  const duckdb_state state = duckdb_register_table_function(connection, function);
  duckdb_destroy_table_function(&function);
  if (state == DuckDBError) throw Error("DuckDB does not take the function that reads rows");
}

std::string row_scan_expression(RowSource& source) {
  return fmt::format("{}({}::ubigint)", kFunctionName, reinterpret_cast<std::uintptr_t>(&source));
}

}  // namespace cartograph::warehouse::duckdb
