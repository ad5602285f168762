-- Sales add up to their days, refunds to theirs.
with sales as (
    select sold_date as date, sum(gross_revenue) as gross, sum(discounts) as discounts,
        sum(taxes) as taxes
    from fct_orders
    where is_sale
    group by sold_date
),
refunds as (
    select returned_date as date, sum(refund_amount) as refunds
    from fct_returns
    group by returned_date
)
select d.date
from fct_revenue_daily d
left join sales s on s.date = d.date
left join refunds r on r.date = d.date
where d.gross_revenue <> coalesce(s.gross, 0)
   or d.discounts <> coalesce(s.discounts, 0)
   or d.taxes <> coalesce(s.taxes, 0)
   or d.refunds <> coalesce(r.refunds, 0)
