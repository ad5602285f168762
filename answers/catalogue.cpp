// Definitions are those of docs/business-rules.md, in one sentence each.
#include "answers/catalogue.hpp"

namespace cartograph::answers {
namespace {

CatalogueEntry metric(const char* name, const char* title, const char* unit, const char* definition,
                      bool adds_up, const char* caveat = "") {
  return {"metric", name, title, unit, definition, caveat, adds_up};
}

CatalogueEntry dimension(const char* name, const char* title, const char* definition,
                         const char* caveat = "") {
  return {"dimension", name, title, {}, definition, caveat, {}};
}

CatalogueEntry grain(const char* name, const char* title, const char* definition) {
  return {"grain", name, title, {}, definition, "", {}};
}

constexpr const char* kCountedAnew =
    "Counted anew for each range: a week is not the sum of its days.";
constexpr const char* kManyMembers =
    "An order with several of them counts as an order of each; amounts and units do add up.";

}  // namespace

std::vector<CatalogueEntry> catalogue() {
  return {
      metric("net_revenue", "Net revenue", "currency",
             "Gross revenue less discounts, refunds and taxes.", true,
             "A refund counts on the day on which it is paid, so the day of a sale is never "
             "restated."),
      metric("gross_revenue", "Gross revenue", "currency",
             "Quantity times price, plus tax, of what was sold, before discounts.", true),
      metric("orders", "Orders", "count", "Orders that were paid, fulfilled or delivered.", true),
      metric("aov", "Average order value", "currency",
             "Gross revenue less discounts and taxes, an order.", false,
             "Of a range: from its sums, not the mean of its days."),
      metric("units", "Units", "count", "Pieces sold.", true),
      metric("discounts", "Discounts", "currency", "Taken off the price of what was sold.", true),
      metric("taxes", "Taxes", "currency", "Tax on what was sold, collected for others.", true),
      metric("refunds", "Refunds", "currency",
             "Paid back for what was returned in this time, whenever it was sold.", true),
      metric("orders_delivered", "Delivered orders", "count", "Orders delivered in this time.",
             true),
      metric("orders_returned", "Orders with a return", "count",
             "Orders of which a piece came back on a day.", true,
             "An order with returns on two days counts on both."),
      metric("returned_of_delivered", "Delivered orders that came back", "count",
             "Of the orders delivered in this time, those of which a piece came back since.", true,
             "May still rise as long as returns come in."),
      metric("return_rate", "Return rate", "rate",
             "Of the orders delivered in this time, the share of which a piece came back since.",
             false, "May still rise as long as returns come in."),
      metric("new_customers", "New customers", "count",
             "Customers whose first sale is in this time.", true),
      metric("repeat_customers", "Repeat customers", "count",
             "Customers with a sale in this time whose first sale is before it.", false,
             kCountedAnew),
      metric("guest_orders", "Guest orders", "count", "Orders without a customer.", true),
      dimension("country", "Country", "Where the order ships to."),
      dimension("channel", "Channel", "Where the order came in."),
      dimension("category", "Category", "Of the product, as it is now.", kManyMembers),
      dimension("sku", "SKU", "The product sold.", kManyMembers),
      dimension("payment_method", "Payment method", "How the order was paid."),
      dimension("customer_type", "Kind of customer",
                "new: the order is of the day of the customer's first sale; repeat: of a later "
                "one; guest: without a customer."),
      grain("daily", "Day", "A calendar day in the reporting time zone."),
      grain("weekly", "Week", "Seven days, from the day on which the store's week starts."),
      grain("monthly", "Month", "A calendar month."),
      grain("quarterly", "Quarter", "Three months of the store's fiscal year."),
      grain("yearly", "Year", "Twelve months, from the one in which the fiscal year starts."),
  };
}

}  // namespace cartograph::answers
