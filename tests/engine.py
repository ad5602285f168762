"""DuckDB itself, through its C API, for looking at files that the program's own query command does
not open: the library is the one that the program is linked with.
"""

import ctypes
import os
import re
import subprocess

_library = None


class _Result(ctypes.Structure):
    _fields_ = [("column_count", ctypes.c_uint64), ("row_count", ctypes.c_uint64),
                ("rows_changed", ctypes.c_uint64), ("columns", ctypes.c_void_p),
                ("error", ctypes.c_char_p), ("internal", ctypes.c_void_p)]


def load_as_of(program):
    """Takes the library that `program` takes."""
    global _library
    linked = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
    _library = ctypes.CDLL(re.search(r"libduckdb\S* => (\S+)", linked).group(1))
    _library.duckdb_column_count.restype = ctypes.c_uint64
    _library.duckdb_row_count.restype = ctypes.c_uint64
    _library.duckdb_result_error.restype = ctypes.c_char_p
    _library.duckdb_value_varchar.restype = ctypes.c_void_p
    _library.duckdb_value_varchar.argtypes = [ctypes.c_void_p, ctypes.c_uint64, ctypes.c_uint64]
    _library.duckdb_free.argtypes = [ctypes.c_void_p]


def query(*statements):
    """Runs the statements in a database in memory; returns the last one's rows as texts."""
    database, connection = _open(None)
    try:
        rows = []
        for statement in statements:
            rows = _run(connection, statement)
        return rows
    finally:
        _library.duckdb_disconnect(ctypes.byref(connection))
        _library.duckdb_close(ctypes.byref(database))


def leave_log(path, *statements):
    """Changes the database file as a program does that is killed before it has tidied up: what it
    wrote is in a log beside the file."""
    process = os.fork()
    if process == 0:
        try:
            _, connection = _open(os.fsencode(path))
            for statement in ("pragma disable_checkpoint_on_shutdown", *statements):
                _run(connection, statement)
        except RuntimeError:
            os._exit(1)
        os._exit(0)
    if os.waitpid(process, 0)[1] != 0:
        raise RuntimeError(f"{path} could not be changed")


def _open(path):
    database, connection = ctypes.c_void_p(), ctypes.c_void_p()
    if (_library.duckdb_open(path, ctypes.byref(database)) != 0
            or _library.duckdb_connect(database, ctypes.byref(connection)) != 0):
        raise RuntimeError("DuckDB cannot be opened")
    return database, connection


def _run(connection, statement):
    result = _Result()
    try:
        if _library.duckdb_query(connection, statement.encode(), ctypes.byref(result)) != 0:
            raise RuntimeError(_library.duckdb_result_error(ctypes.byref(result)).decode())
        columns = _library.duckdb_column_count(ctypes.byref(result))
        return [[_text(result, column, row) for column in range(columns)]
                for row in range(_library.duckdb_row_count(ctypes.byref(result)))]
    finally:
        _library.duckdb_destroy_result(ctypes.byref(result))


def _text(result, column, row):
    place = _library.duckdb_value_varchar(ctypes.byref(result), column, row)
    if place is None:
        return None
    text = ctypes.string_at(place).decode()
    _library.duckdb_free(place)
    return text
