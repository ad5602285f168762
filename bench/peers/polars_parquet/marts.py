"""The marts, of the staged rows of all runs in order of pickup. Amounts are whole cents."""

import datetime

import polars as pl

LINE = ["order_id", "line_number"]


def latest(staged, key):
    return staged.unique(subset=key, keep="last", maintain_order=False)


def product_versions(products):
    """A version begins where the price differs from the row before; other values are the newest."""
    rows = latest(products, ["sku", "updated_at"]).sort("sku", "updated_at")
    newest = rows.group_by("sku", maintain_order=True).last().select(
        "sku", "product_name", "category", "reorder_point")
    changed = pl.col("list_price").ne_missing(pl.col("list_price").shift(1).over("sku"))
    return (
        rows.filter(changed)
        .select("sku", "list_price", valid_from="updated_at",
                valid_to=pl.col("updated_at").shift(-1).over("sku"))
        .join(newest, on="sku")
        .with_columns(
            product_key=pl.format("{}|{}", "sku", "valid_from"),
            is_current=pl.col("valid_to").is_null(), is_inferred=pl.lit(False))
        .sort("sku", "valid_from")
    )


def with_inferred(versions, lines, stock_days):
    named = pl.concat([lines.select("sku"), stock_days.select("sku")]).unique()
    epoch = pl.lit(datetime.datetime(1970, 1, 1)).cast(pl.Datetime("us"))
    inferred = named.join(versions, on="sku", how="anti").with_columns(
        product_name=pl.lit("(unknown)"), reorder_point=pl.lit(0, pl.Int64), valid_from=epoch,
        product_key=pl.format("{}|1970", "sku"), is_current=pl.lit(True), is_inferred=pl.lit(True))
    return pl.concat([versions, inferred], how="diagonal")


def sold_lines(items, orders):
    """Lines of staged orders, none that was taken back; amounts are 0 where it is no sale."""
    sale = pl.col("sold_at").is_not_null()
    return (
        latest(items, LINE).filter(pl.col("quantity") > 0)
        .join(orders.select("order_id", "customer_id", "status", "sold_at", "sold_date",
                            "delivered_at", "returned_at", "payment_method"), on="order_id")
        .with_columns(pl.when(sale).then(pl.col("discount_amount", "tax_amount")).otherwise(0))
        .with_columns(net_line_amount=pl.when(sale).then(
            pl.col("quantity") * pl.col("unit_price") - pl.col("discount_amount")).otherwise(0))
    )


def returned_pieces(returns, lines):
    """First the rows of the feed, cut to what is left; then what is left where all came back."""
    sold = lines.filter(pl.col("sold_at").is_not_null())
    before = pl.col("quantity").cum_sum().over(LINE) - pl.col("quantity")
    sent = (
        returns.join(sold.select(*LINE, line_quantity="quantity"), on=LINE)
        .sort("returned_at", "return_id")
        .with_columns(quantity=pl.min_horizontal("quantity", pl.col("line_quantity") - before))
        .filter(pl.col("quantity") > 0)
        .select(*LINE, "return_id", "returned_at", "reason", "quantity", is_rest=0)
    )
    sums = sent.group_by(LINE).agg(sent=pl.col("quantity").sum())
    rest = (
        sold.filter(pl.col("status") == "returned").join(sums, on=LINE, how="left")
        .with_columns(quantity=pl.col("quantity") - pl.col("sent").fill_null(0))
        .filter(pl.col("quantity") > 0)
        .select(*LINE, "returned_at", "quantity", is_rest=1)
    )
    return pl.concat([sent, rest], how="diagonal").sort("is_rest", "returned_at", "return_id")


def shared(amount, part, whole):
    """amount × part ÷ whole, rounded half away from zero (nothing here is below it)."""
    return (2 * amount * part + whole) // (2 * whole)


def fct_returns(returns, lines):
    facts = lines.select(*LINE, "sku", "customer_id", "delivered_at", "sold_date",
                         "payment_method", "net_line_amount", line_quantity="quantity")
    refundable = pl.col("delivered_at").is_null() | (
        pl.col("returned_at") <= pl.col("delivered_at") + pl.duration(hours=720))
    after = pl.col("refunded").cum_sum().over(LINE)
    net, whole = pl.col("net_line_amount"), pl.col("line_quantity")
    refund = shared(net, after, whole) - shared(net, after - pl.col("refunded"), whole)
    return (
        returned_pieces(returns, lines).join(facts, on=LINE, maintain_order="left")
        .with_columns(is_refundable=refundable,
                      piece_number=pl.int_range(1, pl.len() + 1).over(LINE))
        .with_columns(refunded=pl.when("is_refundable").then("quantity").otherwise(0))
        .with_columns(
            refund_amount=refund,
            returned_date=pl.max_horizontal(pl.col("returned_at").dt.date(), "sold_date"))
        .drop("is_rest", "refunded", "net_line_amount", "line_quantity")
        .rename({"payment_method": "refund_method"})
    )


def fct_order_items(lines, versions, pieces):
    first = pl.col("valid_from") == pl.col("valid_from").min().over("sku")
    spans = versions.select(
        "sku", "list_price", "product_key",
        holds_from=pl.when(first).then(pl.datetime(1900, 1, 1)).otherwise("valid_from")
    ).sort("holds_from")
    refunds = pieces.group_by(LINE).agg(refund_amount=pl.col("refund_amount").sum())
    return (
        lines.sort("sold_at")
        .join_asof(spans, left_on="sold_at", right_on="holds_from", by="sku",
                   check_sortedness=False)
        .with_columns(product_key=pl.when(pl.col("sold_at").is_not_null()).then(
            pl.coalesce("product_key", pl.format("{}|1970", "sku"))))
        .join(refunds, on=LINE, how="left")
        .with_columns(pl.col("refund_amount").fill_null(0))
        .select(
            *LINE, "sku", "product_key", "sold_date", "quantity", "unit_price", "list_price",
            "discount_amount", "tax_amount", "net_line_amount", "refund_amount",
            gross_amount=pl.sum_horizontal("net_line_amount", "discount_amount", "tax_amount"),
            net_revenue=pl.col("net_line_amount") - pl.col("refund_amount"))
    )


def fct_orders(orders, items):
    sums = items.group_by("order_id").agg(
        line_count=pl.len().cast(pl.Int64), units=pl.col("quantity").sum(),
        gross_revenue=pl.col("gross_amount").sum(), discounts=pl.col("discount_amount").sum(),
        refunds=pl.col("refund_amount").sum(), taxes=pl.col("tax_amount").sum(),
        net_revenue=pl.col("net_revenue").sum())
    amounts = [name for name in sums.columns if name != "order_id"]
    firsts = (
        orders.filter(pl.col("sold_at").is_not_null(), pl.col("customer_id").is_not_null())
        .sort("sold_at", "order_id").unique("customer_id", keep="first", maintain_order=True)
        .select("order_id", is_first_order=True)
    )
    return (
        orders.join(sums, on="order_id", how="left").join(firsts, on="order_id", how="left")
        .with_columns(pl.col(amounts).fill_null(0), pl.col("is_first_order").fill_null(False),
                      is_sale=pl.col("sold_at").is_not_null())
    )


def dim_customer(customers, orders):
    buyers = orders.filter(pl.col("customer_id").is_not_null()).group_by("customer_id").agg(
        first_sale_date=pl.col("sold_date").min())
    return (
        latest(customers, "customer_id").with_columns(is_inferred=False)
        .join(buyers, on="customer_id", how="full", coalesce=True)
        .with_columns(pl.col("is_inferred").fill_null(True),
                      cohort_month=pl.col("first_sale_date").dt.truncate("1mo"))
    )


def ratio(part, whole):
    return pl.when(whole != 0).then(part / whole)


def days_between(first, last):
    return pl.DataFrame({"date": pl.date_range(first, last, eager=True)})


def fct_revenue_daily(orders, pieces, customers):
    sold = orders.filter("is_sale").with_columns(delivered=pl.col("delivered_at").dt.date())
    came_back = pieces.select("order_id", came_back=True).unique()
    last = max(day for day in (sold["sold_date"].max(), sold["delivered"].max(),
                               pieces["returned_date"].max()) if day)
    sales = sold.group_by(date="sold_date").agg(
        pl.col("units", "gross_revenue", "discounts", "taxes").sum(),
        orders=pl.len(), customers=pl.col("customer_id").drop_nulls().n_unique(),
        guest_orders=pl.col("customer_id").null_count())
    returns = pieces.group_by(date="returned_date").agg(
        refunds=pl.col("refund_amount").sum(), orders_returned=pl.col("order_id").n_unique())
    deliveries = (
        sold.filter(pl.col("delivered").is_not_null()).join(came_back, on="order_id", how="left")
        .group_by(date="delivered")
        .agg(orders_delivered=pl.len(), returned_of_delivered=pl.col("came_back").sum())
    )
    newcomers = customers.filter(pl.col("first_sale_date").is_not_null()).group_by(
        date="first_sale_date").agg(new_customers=pl.len())
    days = days_between(sold["sold_date"].min(), last)
    for part in (sales, returns, deliveries, newcomers):
        days = days.join(part, on="date", how="left")
    amount = pl.col("gross_revenue") - pl.col("discounts") - pl.col("taxes")
    return (
        days.with_columns(pl.exclude("date").cast(pl.Int64).fill_null(0))
        .with_columns(
            net_revenue=amount - pl.col("refunds"), aov=ratio(amount / 100, pl.col("orders")),
            return_rate=ratio(pl.col("returned_of_delivered"), pl.col("orders_delivered")),
            repeat_customers=pl.col("customers") - pl.col("new_customers"))
        .drop("customers")
    )


def fct_cohort_ltv(customers, orders, last):
    buyers = customers.filter(pl.col("first_sale_date").is_not_null()).select(
        "customer_id", "cohort_month", "first_sale_date")
    purchases = orders.filter("is_sale").join(buyers, on="customer_id").select(
        "customer_id", "net_revenue",
        days=(pl.col("sold_date") - pl.col("first_sale_date")).dt.total_days())
    cohorts = []
    for window in (7, 30, 90):
        values = purchases.filter(pl.col("days") <= window).group_by("customer_id").agg(
            is_retained=(pl.col("days") > 0).any(), revenue=pl.col("net_revenue").sum())
        closed = pl.col("first_sale_date") + pl.duration(days=window) <= last
        cohorts.append(
            buyers.join(values, on="customer_id", how="left")
            .group_by("cohort_month").agg(
                window_days=pl.lit(window), cohort_size=pl.len(), eligible_customers=closed.sum(),
                retained_customers=(pl.col("is_retained") & closed).sum(),
                revenue=pl.col("revenue").filter(closed).sum()))
    eligible = pl.col("eligible_customers")
    return pl.concat(cohorts).with_columns(
        retention_rate=ratio(pl.col("retained_customers"), eligible),
        ltv=ratio(pl.col("revenue") / 100, eligible), is_mature=eligible == pl.col("cohort_size"))


def stock_days(movements):
    def of(kind):
        return pl.col("quantity").filter(pl.col("movement_type") == kind).sum()
    return (
        latest(movements, "movement_id")
        .group_by("sku", date=pl.col("occurred_at").dt.date())
        .agg(received=of("receipt"), shipped=of("shipment"), returned=of("return"),
             adjusted=of("adjustment"), allocated_change=of("allocation") - of("deallocation"))
    )


def fct_inventory_daily(moved, versions):
    spans = moved.group_by("sku").agg(first=pl.col("date").min())
    points = versions.filter("is_current").select("sku", "reorder_point")
    change = pl.col("received") - pl.col("shipped") + pl.col("returned") + pl.col("adjusted")
    return (
        spans.join(days_between(moved["date"].min(), moved["date"].max()), how="cross")
        .filter(pl.col("date") >= pl.col("first")).drop("first")
        .join(moved, on=["sku", "date"], how="left").join(points, on="sku", how="left")
        .with_columns(pl.exclude("sku", "date").fill_null(0)).sort("sku", "date")
        .with_columns(on_hand=change.cum_sum().over("sku"),
                      allocated=pl.col("allocated_change").cum_sum().over("sku"))
        .with_columns(available=pl.col("on_hand") - pl.col("allocated"))
        .with_columns(is_at_risk=pl.col("available") < pl.col("reorder_point"))
    )


def fct_inventory_alerts(daily):
    """An episode is a run of days at risk: row number and day go up together."""
    day = pl.col("date")
    return (
        daily.filter("is_at_risk").sort("sku", "date")
        .with_columns(episode=day - pl.duration(days=pl.int_range(pl.len()).over("sku")))
        .group_by("sku", "episode")
        .agg(pl.col("on_hand", "allocated", "available", "reorder_point").last(),
             opened_on=day.min(), last=day.max(), days_at_risk=pl.len())
        .with_columns(is_open=pl.col("last") == daily["date"].max(),
                      shortfall=pl.col("reorder_point") - pl.col("available"))
        .with_columns(resolved_on=pl.when(~pl.col("is_open")).then(
            pl.col("last") + pl.duration(days=1)))
        .drop("episode", "last")
    )


def all_marts(staged):
    """Every mart, by name, of the staged frames by feed."""
    sold_at = pl.coalesce("paid_at", "fulfilled_at", "delivered_at")
    orders = latest(staged["orders"], "order_id").with_columns(
        sold_at=sold_at, sold_date=sold_at.dt.date())
    lines = sold_lines(staged["order_items"], orders)
    returns = latest(staged["returns"], "return_id")
    versions = product_versions(staged["products"])
    moved = stock_days(staged["inventory_movements"])
    marts = {"fct_returns": fct_returns(returns, lines),
             "dim_product": with_inferred(versions, lines, moved)}
    marts["fct_order_items"] = fct_order_items(lines, versions, marts["fct_returns"])
    marts["fct_orders"] = fct_orders(orders, marts["fct_order_items"])
    marts["dim_customer"] = dim_customer(staged["customers"], orders)
    marts["fct_revenue_daily"] = fct_revenue_daily(
        marts["fct_orders"], marts["fct_returns"], marts["dim_customer"])
    marts["fct_cohort_ltv"] = fct_cohort_ltv(
        marts["dim_customer"], marts["fct_orders"], marts["fct_revenue_daily"]["date"].max())
    marts["fct_inventory_daily"] = fct_inventory_daily(moved, versions)
    marts["fct_inventory_alerts"] = fct_inventory_alerts(marts["fct_inventory_daily"])
    sold = lines.filter(pl.col("sold_at").is_not_null())
    marts["orphan_order_items"] = latest(staged["order_items"], LINE).filter(
        pl.col("quantity") > 0).join(orders, on="order_id", how="anti")
    marts["orphan_returns"] = returns.join(sold, on=LINE, how="anti")
    return marts
