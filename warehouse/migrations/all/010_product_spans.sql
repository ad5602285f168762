-- When each version of a product holds: from its beginning to the next one's; the first one also
-- for what was sold before it, the last one for good.
create view product_spans as
select
    sku,
    product_key,
    list_price,
    case
        when row_number() over (partition by sku order by valid_from) = 1
        then timestamptz '1900-01-01 00:00:00+00'
        else valid_from
    end as holds_from,
    coalesce(valid_to, timestamptz '2200-01-01 00:00:00+00') as holds_to
from dim_product;
