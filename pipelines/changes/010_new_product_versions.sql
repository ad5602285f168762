-- makes: changed_products, new_product_versions, changed_prices, changed_reorder_points
-- grain: a product that was sent; a version of its list price; a SKU whose sales may change their price; one whose reorder point moved
-- reads: run_scope, stg_products, dim_product, product_spans
-- decides: a version begins where list_price differs from the row before; name, category and reorder point are the latest's
insert into changed_products (sku)
select distinct p.sku
from stg_products p
where p.ingested_at > (select ingested_after from run_scope);

insert into new_product_versions (
    product_key, sku, product_name, category, list_price, reorder_point, valid_from, valid_to,
    holds_from, holds_to
)
with versions_sent as (
    select
        p.sku, p.product_name, p.category, p.list_price, p.reorder_point, p.updated_at,
        row_number() over (
            partition by p.sku, p.updated_at
            order by p.ingested_at desc, p.source_line desc
        ) as recency
    from stg_products p
    join changed_products c on c.sku = p.sku
),
history as (
    select
        sku, product_name, category, list_price, reorder_point, updated_at,
        lag(list_price) over (partition by sku order by updated_at) as previous_price,
        row_number() over (partition by sku order by updated_at desc) as age
    from versions_sent
    where recency = 1
),
versions as (
    select
        sku,
        list_price,
        updated_at as valid_from,
        lead(updated_at) over (partition by sku order by updated_at) as valid_to,
        previous_price is null as is_first
    from history
    where previous_price is null or previous_price <> list_price
)
select
    product_key(v.sku, v.valid_from) as product_key,
    v.sku,
    h.product_name,
    h.category,
    v.list_price,
    h.reorder_point,
    v.valid_from,
    v.valid_to,
    -- The first version holds for what was sold before it, too.
    case when v.is_first then timestamptz '1900-01-01 00:00:00+00' else v.valid_from end
        as holds_from,
    coalesce(v.valid_to, timestamptz '2200-01-01 00:00:00+00') as holds_to
from versions v
join history h on h.sku = v.sku and h.age = 1;

-- Only what was sold from the first version that differs on can change. A version ends where the
-- next one begins, so that beginnings tell all. A day earlier, since clocks that are set back at
-- midnight give the end of a day twice.
insert into changed_prices (sku, from_date)
with old_versions as (
    select s.sku, s.product_key, s.list_price, s.holds_from
    from product_spans s
    join changed_products c on c.sku = s.sku
),
new_versions as (
    select sku, product_key, list_price, holds_from
    from new_product_versions
),
differences as (
    (select * from old_versions except select * from new_versions)
    union all
    (select * from new_versions except select * from old_versions)
)
select sku, local_date(min(holds_from)) - 1 as from_date
from differences
group by sku;
analyze changed_prices;

insert into changed_reorder_points (sku)
select d.sku
from dim_product d
join new_product_versions v on v.sku = d.sku and v.valid_to is null
where d.is_current
  and d.reorder_point <> v.reorder_point;
