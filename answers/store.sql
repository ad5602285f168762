-- answer: store
-- answers: what holds for all figures of a published run
-- parameters: none
-- order: one row
-- column reporting_currency: the currency of all amounts
-- column reporting_timezone: the time zone in which days begin
-- column first_day: the day of the first sale; null without one
-- column last_day: the last day with a sale, delivery or return; null without a sale
select
    (select max(value) from settings where name = 'reporting_currency') as reporting_currency,
    (select max(value) from settings where name = 'reporting_timezone') as reporting_timezone,
    (select min(date) from fct_revenue_daily) as first_day,
    (select max(date) from fct_revenue_daily) as last_day;
