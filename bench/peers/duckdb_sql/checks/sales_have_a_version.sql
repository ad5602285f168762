-- A sold line points at a version of its SKU.
select i.order_id, i.line_number
from fct_order_items i
left join dim_product p on p.product_key = i.product_key
where i.sold_date is not null
  and (p.sku is null or p.sku <> i.sku)
