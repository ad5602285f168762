"""An answer of the API through FastAPI: constant rows, a response model. For http_benchmark.py."""

import json
import os
from typing import List, Optional

from fastapi import FastAPI
from pydantic import BaseModel


class Day(BaseModel):
    date: str
    orders: int
    units: int
    gross_revenue: float
    discounts: float
    taxes: float
    refunds: float
    net_revenue: float
    aov: Optional[float]
    orders_delivered: int
    orders_returned: int
    returned_of_delivered: int
    return_rate: Optional[float]
    new_customers: int
    repeat_customers: int
    guest_orders: int


class Meta(BaseModel):
    run_id: str
    as_of: Optional[str]
    published_at: str
    currency: str
    timezone: str
    count: int
    next_cursor: Optional[str]


class Answer(BaseModel):
    data: List[Day]
    meta: Meta


with open(os.environ["ANSWER"], encoding="utf-8") as file:
    ANSWER = json.load(file)
app = FastAPI()


@app.get("/answer", response_model=Answer)
async def answer():
    return ANSWER
