"""The checks: of each the rows that offend."""

import polars as pl


def repeated(frame, *key):
    return frame.filter(pl.struct(key).is_duplicated())


def unsound_versions(products):
    following = pl.col("valid_from").shift(-1).over("sku", order_by="valid_from")
    return products.filter(following.ne_missing(pl.col("valid_to")))


def net_differs(frame, gross, discount, refund, tax):
    return frame.filter(pl.col("net_revenue") != pl.col(gross) - pl.col(discount)
                        - pl.col(refund) - pl.col(tax))


def days_off(marts):
    """Days whose amounts are not the sums of their orders' and pieces'."""
    names = ["gross_revenue", "discounts", "taxes"]
    sales = marts["fct_orders"].filter("is_sale").group_by(date="sold_date").agg(
        pl.col(names).sum().name.suffix("_sold"))
    refunds = marts["fct_returns"].group_by(date="returned_date").agg(
        refunds_sold=pl.col("refund_amount").sum())
    days = marts["fct_revenue_daily"].join(sales, on="date", how="full", coalesce=True).join(
        refunds, on="date", how="full", coalesce=True)
    return days.filter(pl.any_horizontal(
        pl.col(name).ne_missing(pl.col(f"{name}_sold").fill_null(0))
        for name in [*names, "refunds"]))


def cohorts_off(cohorts, customers):
    buyers = customers["first_sale_date"].count()
    return pl.concat([
        cohorts.filter((pl.col("eligible_customers") > pl.col("cohort_size"))
                       | (pl.col("retained_customers") > pl.col("eligible_customers")))
        .select("cohort_month"),
        cohorts.filter(pl.col("window_days") == 7)
        .filter(pl.col("cohort_size").sum() != buyers).select("cohort_month")])


def balances_off(daily):
    def before(name):
        return pl.col(name).shift(1, fill_value=0).over("sku", order_by="date")
    moved = pl.col("received") - pl.col("shipped") + pl.col("returned") + pl.col("adjusted")
    return daily.filter((pl.col("on_hand") != before("on_hand") + moved)
                        | (pl.col("allocated") != before("allocated") + pl.col("allocated_change")))


def offending(marts):
    """Every check's offending rows, by the check's name."""
    items, orders, pieces = marts["fct_order_items"], marts["fct_orders"], marts["fct_returns"]
    days, cohorts, stock = (marts[name] for name in (
        "fct_revenue_daily", "fct_cohort_ltv", "fct_inventory_daily"))
    customers, products = marts["dim_customer"], marts["dim_product"]
    amounts = ["gross_amount", "discount_amount", "tax_amount", "net_line_amount", "refund_amount"]
    return {
        "lines_are_unique": repeated(items, "order_id", "line_number"),
        "orders_are_unique": repeated(orders, "order_id"),
        "pieces_are_unique": repeated(pieces, "order_id", "line_number", "piece_number"),
        "customers_are_unique": repeated(customers, "customer_id"),
        "one_version_is_current": products.group_by("sku").agg(pl.col("is_current").sum()).filter(
            pl.col("is_current") != 1),
        "versions_follow_each_other": unsound_versions(products),
        "sales_have_a_version": items.filter(pl.col("sold_date").is_not_null()).join(
            products, on=["product_key", "sku"], how="anti"),
        "orders_have_a_customer": orders.filter(pl.col("customer_id").is_not_null()).join(
            customers, on="customer_id", how="anti"),
        "net_revenue_adds_up": pl.concat([
            net_differs(items, "gross_amount", "discount_amount", "refund_amount", "tax_amount")
            .select("net_revenue"),
            net_differs(orders, "gross_revenue", "discounts", "refunds", "taxes")
            .select("net_revenue"),
            net_differs(days, "gross_revenue", "discounts", "refunds", "taxes")
            .select("net_revenue")]),
        "days_are_sums_of_orders": days_off(marts),
        "days_have_no_gap": days.sort("date").filter(
            pl.col("date").diff().dt.total_days().fill_null(1) != 1),
        "amounts_are_in_range": items.filter(
            (pl.col("quantity") < 1) | pl.any_horizontal(pl.col(amounts) < 0)
            | (pl.col("refund_amount") > pl.col("net_line_amount"))),
        "rates_are_in_range": pl.concat([
            days.select(rate="return_rate"), cohorts.select(rate="retention_rate")]).filter(
                ~pl.col("rate").is_between(0, 1)),
        "cohorts_add_up": cohorts_off(cohorts, customers),
        "balances_follow_movements": balances_off(stock),
    }
