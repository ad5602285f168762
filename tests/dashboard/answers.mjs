// Answers of the API for the tests of charts: a store of `days` days that ends on 28 February 2026,
// with round figures, so that what a chart says of them can be worked by hand.

export const LAST = "2026-02-28";

const DAY = 86400000;
export const day = (back) =>
  new Date(Date.UTC(2026, 1, 28) - back * DAY).toISOString().slice(0, 10);

export const answer = (data, more = {}) => ({
  data,
  meta: {
    run_id: "20260301T040000000000Z-abc123",
    as_of: LAST,
    published_at: "2026-03-01T04:00:00.000000Z",
    currency: "EUR",
    timezone: "Europe/Berlin",
    count: data.length,
    next_cursor: null,
    ...more
  }
});

/// A day of 40 orders of 25.00 each before tax; `factor` scales it.
const measures = (factor) => ({
  orders: 40 * factor,
  units: 80 * factor,
  gross_revenue: 1190 * factor,
  discounts: 0,
  taxes: 190 * factor,
  refunds: 100 * factor,
  net_revenue: 900 * factor,
  aov: 25,
  orders_delivered: 50 * factor,
  orders_returned: 5 * factor,
  returned_of_delivered: 5 * factor,
  return_rate: 0.1,
  new_customers: 30 * factor,
  repeat_customers: 10 * factor,
  guest_orders: 2 * factor
});

export const daily = (days, factor = 1) =>
  answer(
    Array.from({ length: days }, (_, index) => ({
      date: day(days - 1 - index),
      ...measures(factor)
    }))
  );

/// Weeks of seven such days; the last one, of `LAST`, is not over.
export const weekly = (weeks) =>
  answer(
    Array.from({ length: weeks }, (_, index) => {
      const back = 7 * (weeks - 1 - index) + 5;
      return {
        period_start: day(back),
        period_end: new Date(Date.parse(day(back)) + 6 * DAY).toISOString().slice(0, 10),
        is_complete: index < weeks - 1,
        ...measures(7)
      };
    })
  );

export const breakdown = () =>
  answer([
    {
      kind: "member",
      member: "DE",
      label: null,
      orders: 30,
      units: 60,
      gross_revenue: 700.1,
      discounts: 0,
      taxes: 100,
      refunds: 0,
      net_revenue: 600.1
    },
    {
      kind: "other",
      member: null,
      label: null,
      orders: 30,
      units: 60,
      gross_revenue: 300,
      discounts: 0,
      taxes: 0,
      refunds: 0,
      net_revenue: 300.2
    },
    {
      kind: "unknown",
      member: null,
      label: null,
      orders: 1,
      units: 1,
      gross_revenue: 100,
      discounts: 0,
      taxes: 0,
      refunds: 0.3,
      net_revenue: 99.7
    }
  ]);

/// Three cohorts: one watched whole, one to day 58, one to day 27 and smaller than 30.
export const retention = () =>
  answer(
    [
      ["2025-10-01", 100, 90, 4],
      ["2026-01-01", 200, 58, 1],
      ["2026-02-01", 20, 27, 0]
    ].map(([cohort_month, cohort_size, days, months]) => ({
      cohort_month,
      cohort_size,
      curve: Array.from({ length: days }, (_, index) => ({
        day: index + 1,
        share: (index + 1) / 300,
        customers: index,
        at_risk: cohort_size - index,
        is_closed: index + 1 <= days - 28 || days === 90
      })),
      months: Array.from({ length: months + 1 }, (_, month) => ({
        month,
        period_start: cohort_month,
        customers: month ? 12 : cohort_size,
        share: month ? 12 / cohort_size : 1,
        is_closed: month < months
      }))
    }))
  );

const windowOf = (values) =>
  answer(
    ["2025-10-01", "2026-01-01", "2026-02-01"].map((cohort_month, index) => ({
      cohort_month,
      cohort_size: 100,
      eligible_customers: values[index] === null ? 0 : index === 1 ? 60 : 100,
      retained_customers: 10,
      retention_rate: 0.1,
      revenue: 1000,
      ltv: values[index],
      is_mature: index === 0
    }))
  );

export const windows = () => ({
  d7: windowOf([50, 51, 52]),
  d30: windowOf([60, 61, null]),
  d90: windowOf([70.5, null, null])
});

export const alerts = () =>
  answer([
    {
      sku: "A-1",
      product_name: "Lamp",
      opened_on: "2026-02-20",
      resolved_on: null,
      is_open: true,
      days_at_risk: 9,
      on_hand: 0,
      allocated: 2,
      available: -2,
      reorder_point: 5,
      shortfall: 7
    },
    {
      sku: "B-2",
      product_name: "Vase",
      opened_on: "2026-02-27",
      resolved_on: null,
      is_open: true,
      days_at_risk: 2,
      on_hand: 3,
      allocated: 0,
      available: 3,
      reorder_point: 4,
      shortfall: 1
    }
  ]);

export const recognition = (days) =>
  answer(
    Array.from({ length: days }, (_, index) => ({
      date: day(days - 1 - index),
      billed: 1000,
      delivered_amount: 900,
      expected_return_rate: 0.05,
      revenue_recognised: 855,
      revenue_released: 5,
      revenue_reversed: -10,
      net_revenue_recognised: 850,
      refunds_paid: 20,
      deferred_revenue: 5000,
      refund_liability: 300
    }))
  );
