-- inventory_movements: typed values, and why a row is refused ('' where it is not).
select
    file_number, row_number, movement_id, sku, lower(movement_type) as movement_type,
    try_cast(quantity as integer) as quantity, instant(occurred_at) as occurred_at, reference,
    concat_ws('; ',
        fault_of_id('movement_id', movement_id, true),
        fault_of_id('sku', sku, true),
        fault_of_word('movement_type', movement_type,
            ['receipt', 'shipment', 'return', 'adjustment', 'allocation', 'deallocation'], true),
        coalesce(
            fault_of_integer('quantity', quantity, -1000000, 1000000, true),
            case
                when try_cast(quantity as integer) = 0
                    or try_cast(quantity as integer) < 0 and lower(movement_type) in
                        ('receipt', 'shipment', 'return', 'allocation', 'deallocation')
                    then 'quantity: out of range'
            end),
        fault_of_instant('occurred_at', occurred_at, true),
        fault_of_id('reference', reference, false)) as reasons,
    raw_row
from raw_inventory_movements
