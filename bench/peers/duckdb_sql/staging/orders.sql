-- orders: typed values, and why a row is refused ('' where it is not).
with fields as (
    select
        *,
        concat_ws('; ',
            fault_of_id('order_id', order_id, true),
            fault_of_id('customer_id', customer_id, false),
            fault_of_word('status', status,
                ['created', 'paid', 'fulfilled', 'delivered', 'returned'], true),
            fault_of_instant('created_at', created_at, true),
            fault_of_instant('paid_at', paid_at, false),
            fault_of_instant('fulfilled_at', fulfilled_at, false),
            fault_of_instant('delivered_at', delivered_at, false),
            fault_of_instant('returned_at', returned_at, false),
            fault_of_currency('currency', currency, 'USD'),
            fault_of_word('payment_method', payment_method,
                ['card', 'paypal', 'bank_transfer', 'wallet', 'gift_card', 'cash_on_delivery'],
                false),
            fault_of_text('channel', channel, 32, false),
            fault_of_country('country', country)) as field_reasons
    from raw_orders
),
typed as (
    select
        file_number, row_number, order_id, customer_id, lower(status) as status,
        instant(created_at) as created_at,
        instant(paid_at) as paid_at,
        instant(fulfilled_at) as fulfilled_at,
        instant(delivered_at) as delivered_at,
        instant(returned_at) as returned_at,
        lower(payment_method) as payment_method, channel, upper(country) as country,
        field_reasons, raw_row
    from fields
)
select
    file_number, row_number, order_id, customer_id, status, created_at, paid_at, fulfilled_at,
    delivered_at, returned_at, payment_method, channel, country,
    case when field_reasons <> '' then field_reasons else concat_ws('; ',
        case
            when paid_at is null and status = 'paid' then 'paid_at: required when status is paid'
            when paid_at is not null and status = 'created'
                then 'paid_at: set although status is ' || status
            when paid_at < created_at then 'paid_at: before created_at'
        end,
        case
            when fulfilled_at is null and status = 'fulfilled'
                then 'fulfilled_at: required when status is fulfilled'
            when fulfilled_at is not null and status in ('created', 'paid')
                then 'fulfilled_at: set although status is ' || status
            when fulfilled_at < coalesce(paid_at, created_at)
                then 'fulfilled_at: before an earlier state'
        end,
        case
            when delivered_at is null and status in ('delivered', 'returned')
                then 'delivered_at: required when status is ' || status
            when delivered_at is not null and status in ('created', 'paid', 'fulfilled')
                then 'delivered_at: set although status is ' || status
            when delivered_at < coalesce(fulfilled_at, paid_at, created_at)
                then 'delivered_at: before an earlier state'
        end,
        case
            when returned_at is null and status = 'returned'
                then 'returned_at: required when status is returned'
            when returned_at is not null and status <> 'returned'
                then 'returned_at: set although status is ' || status
            when returned_at < coalesce(delivered_at, fulfilled_at, paid_at, created_at)
                then 'returned_at: before an earlier state'
        end) end as reasons,
    raw_row
from typed
