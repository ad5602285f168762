// Every row type of an SQL file in answers/, for what has to look at all of them.
#pragma once

#include <boost/mp11.hpp>

#include "answers/breakdown.hpp"
#include "answers/cohorts.hpp"
#include "answers/day_rows.hpp"
#include "answers/figures.hpp"
#include "answers/memo_rows.hpp"
#include "answers/order_rows.hpp"
#include "answers/recognition.hpp"
#include "answers/rejected.hpp"
#include "answers/run_totals.hpp"
#include "answers/runs.hpp"
#include "answers/sku_returns.hpp"
#include "answers/stock.hpp"
#include "answers/stock_alerts.hpp"
#include "answers/store.hpp"

namespace cartograph::answers {

using AllRows =
    boost::mp11::mp_list<CheckResult, ClosedPool, CohortWindow, DailyFigures, DayDelivery, DayPiece,
                         DaySale, LandedRows, LargestSale, OrderFacts, OrderLine, OrderPiece,
                         OrderRow, BreakdownByLine, BreakdownByOrder, PeriodFigures, PoolRefund,
                         RangeFigures, RatePool, RecognisedRevenue, RejectedCount, RejectedItem,
                         RejectedNaming, RejectedPlace, RetentionDay, RetentionMonth, Run, RunFile,
                         RunStep, RunTotals, SkuFacts, SkuReturns, SkuMovement, StockAlert,
                         StockDay, Store, TableName, WaitingRow>;

}  // namespace cartograph::answers
