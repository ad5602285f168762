-- returns: typed values, and why a row is refused ('' where it is not).
select
    file_number, row_number, return_id, order_id, try_cast(line_number as integer) as line_number,
    try_cast(quantity as integer) as quantity, instant(returned_at) as returned_at, reason,
    concat_ws('; ',
        fault_of_id('return_id', return_id, true),
        fault_of_id('order_id', order_id, true),
        fault_of_integer('line_number', line_number, 1, 9999, true),
        fault_of_integer('quantity', quantity, 1, 100000, true),
        fault_of_instant('returned_at', returned_at, true),
        fault_of_text('reason', reason, 200, false)) as reasons,
    raw_row
from raw_returns
