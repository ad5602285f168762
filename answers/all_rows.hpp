// Every row type of an SQL file in answers/, for what has to look at all of them.
#pragma once

#include <boost/mp11.hpp>

#include "answers/day_rows.hpp"
#include "answers/order_rows.hpp"
#include "answers/quarantine.hpp"
#include "answers/revenue.hpp"
#include "answers/runs.hpp"
#include "answers/stock.hpp"

namespace cartograph::answers {

using AllRows =
    boost::mp11::mp_list<CheckResult, ClosedPool, CohortLtv, DayDelivery, DayPiece, DaySale,
                         InventoryAlert, OrderFacts, OrderLine, OrderPiece, OrderRow, PoolRefund,
                         QuarantineTotal, RatePool, RecognitionDay, RejectedCount, RejectedNaming,
                         RejectedReason, RejectedRow, RejectedText, RevenueDay, Run, RunFile,
                         RunStep, Setting, SkuFacts, SkuMovement, StockDay, TableName, WaitingRow>;

}  // namespace cartograph::answers
