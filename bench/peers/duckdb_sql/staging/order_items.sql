-- order_items: typed values, and why a row is refused ('' where it is not).
with fields as (
    select
        *,
        concat_ws('; ',
            fault_of_id('order_id', order_id, true),
            fault_of_integer('line_number', line_number, 1, 9999, true),
            fault_of_id('sku', sku, true),
            fault_of_integer('quantity', quantity, 0, 100000, true),
            fault_of_money('unit_price', unit_price, 1000000, true),
            fault_of_money('discount_amount', discount_amount, 1000000000, false),
            fault_of_money('tax_amount', tax_amount, 1000000000, false)) as field_reasons
    from raw_order_items
),
typed as (
    select
        file_number, row_number, order_id, try_cast(line_number as integer) as line_number, sku,
        try_cast(quantity as integer) as quantity,
        try_cast(unit_price as decimal(18, 2)) as unit_price,
        coalesce(try_cast(discount_amount as decimal(18, 2)), 0) as discount_amount,
        coalesce(try_cast(tax_amount as decimal(18, 2)), 0) as tax_amount,
        field_reasons, raw_row
    from fields
)
select
    file_number, row_number, order_id, line_number, sku, quantity, unit_price, discount_amount,
    tax_amount,
    case
        when field_reasons <> '' then field_reasons
        when quantity > 0 and discount_amount > quantity * unit_price
            then 'discount_amount: above quantity x unit_price'
        else ''
    end as reasons,
    raw_row
from typed
