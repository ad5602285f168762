-- Of the orders delivered on a day, those of which a piece came back, whenever that was.

alter table fct_revenue_daily add column returned_of_delivered bigint;

-- The share was rounded once from two counts, so that the product is the count but for less than
-- a half.
update fct_revenue_daily
set returned_of_delivered = cast(round(coalesce(return_rate, 0) * orders_delivered) as bigint);
