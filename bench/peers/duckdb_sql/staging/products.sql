-- products: typed values, and why a row is refused ('' where it is not).
select
    file_number, row_number, sku, product_name, category,
    try_cast(list_price as decimal(18, 2)) as list_price,
    coalesce(try_cast(reorder_point as integer), 0) as reorder_point,
    instant(updated_at) as updated_at,
    concat_ws('; ',
        fault_of_id('sku', sku, true),
        fault_of_text('product_name', product_name, 300, true),
        fault_of_text('category', category, 100, false),
        fault_of_money('list_price', list_price, 1000000, true),
        fault_of_integer('reorder_point', reorder_point, 0, 10000000, false),
        fault_of_instant('updated_at', updated_at, true)) as reasons,
    raw_row
from raw_products
