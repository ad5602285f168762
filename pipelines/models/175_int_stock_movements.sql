-- fills: int_stock_movements
-- grain: a SKU and day with movements
-- reads: changed_stock_days
-- decides: a day whose last movement went has no row
delete from int_stock_movements
where (sku, date) in (select sku, date from changed_stock_days);

insert into int_stock_movements (
    sku, date, movements, received, shipped, returned, adjusted, allocated_change
)
select sku, date, movements, received, shipped, returned, adjusted, allocated_change
from changed_stock_days
where movements > 0;
