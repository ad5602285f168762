-- A SKU has exactly one current version.
select sku
from dim_product
group by sku
having count(*) filter (where is_current) <> 1
