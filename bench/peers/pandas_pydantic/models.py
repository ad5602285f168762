"""What a valid row of each feed is: a Pydantic model each, its fields in the contract's order."""

import datetime
import decimal
import re
from typing import Annotated, Literal, Optional

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, model_validator

HOUR = r"(?:[01]\d|2[0-3])"
INSTANT = re.compile(
    rf"(\d{{4}}-\d\d-\d\d)(?:[T ]({HOUR}:[0-5]\d(?::[0-5]\d(?:\.\d{{1,9}})?)?)"
    rf"(?: ?(Z|UTC|GMT|[+-]{HOUR}(?::?[0-5]\d)?))?)?", re.ASCII | re.IGNORECASE)
DIGITS = re.compile(r"-?[0-9]+", re.ASCII)
AMOUNT = re.compile(r"-?[0-9]+(\.[0-9]+)?", re.ASCII)
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
CONTROL_IN_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def instant(text):
    """A moment in UTC. Pydantic's own datetime takes numbers, and knows no bounds."""
    match = INSTANT.fullmatch(text)
    if not match:
        raise ValueError("not a timestamp")
    day, time, offset = match.groups()
    offset = (offset or "Z").upper().replace("UTC", "Z").replace("GMT", "Z")
    time = re.sub(r"(\.\d{6})\d+", r"\1", time or "00:00")
    try:
        value = datetime.datetime.fromisoformat(f"{day}T{time}{offset}")
    except ValueError:
        raise ValueError("not a timestamp") from None
    if not "1970" <= day[:4] <= "2100":
        raise ValueError("out of range")
    return value.astimezone(datetime.timezone.utc).replace(tzinfo=None)


def whole_number(text):
    if not DIGITS.fullmatch(text):
        raise ValueError("not an integer")
    return int(text)


def amount(text):
    if not AMOUNT.fullmatch(text):
        raise ValueError("not a decimal")
    value = decimal.Decimal(text)
    if value != value.quantize(decimal.Decimal("0.01")):
        raise ValueError("more than 2 decimal places")
    return value


def without(characters):
    def check(value):
        if characters.search(value):
            raise ValueError("control character")
        return value
    return check


def address(value):
    name, at, host = value.partition("@")
    if not (name and at and host) or "@" in host or " " in value or CONTROL.search(value):
        raise ValueError("not an email")
    return value


def letters(count, message):
    def check(value):
        if not re.fullmatch(f"[A-Za-z]{{{count}}}", value):
            raise ValueError(message)
        return value.upper()
    return check


def reporting_currency(value):
    if value != "USD":
        raise ValueError("expected USD")
    return value


Id = Annotated[str, Field(max_length=64), AfterValidator(without(CONTROL))]
Instant = Annotated[datetime.datetime, BeforeValidator(instant)]
Integer = Annotated[int, BeforeValidator(whole_number)]
Money = Annotated[decimal.Decimal, BeforeValidator(amount)]
Lower = BeforeValidator(str.lower)
Country = Annotated[str, AfterValidator(letters(2, "not a country"))]
Currency = Annotated[str, AfterValidator(letters(3, "not a currency")),
                     AfterValidator(reporting_currency)]
Status = Annotated[Literal["created", "paid", "fulfilled", "delivered", "returned"], Lower]
Method = Annotated[Literal["card", "paypal", "bank_transfer", "wallet", "gift_card",
                           "cash_on_delivery"], Lower]
MovementType = Annotated[Literal["receipt", "shipment", "return", "adjustment", "allocation",
                                 "deallocation"], Lower]


def text(length_max):
    return Annotated[str, Field(max_length=length_max), AfterValidator(without(CONTROL_IN_TEXT))]


class Order(BaseModel):
    order_id: Id
    customer_id: Optional[Id] = None
    status: Status
    created_at: Instant
    paid_at: Optional[Instant] = None
    fulfilled_at: Optional[Instant] = None
    delivered_at: Optional[Instant] = None
    returned_at: Optional[Instant] = None
    currency: Currency = Field(exclude=True)
    payment_method: Optional[Method] = None
    channel: Optional[text(32)] = None
    country: Optional[Country] = None

    @model_validator(mode="after")
    def states_follow_each_other(self):
        states = ("paid", "fulfilled", "delivered", "returned")
        reached = states.index(self.status) if self.status in states else -1
        before = self.created_at
        for position, state in enumerate(states):
            at = getattr(self, f"{state}_at")
            if at is None and (state == self.status
                               or (state, self.status) == ("delivered", "returned")):
                raise ValueError(f"{state}_at: required when status is {self.status}")
            if at is not None and position > reached:
                raise ValueError(f"{state}_at: set although status is {self.status}")
            if at is not None and at < before:
                raise ValueError(f"{state}_at: before an earlier state")
            before = at or before
        return self


class OrderItem(BaseModel):
    order_id: Id
    line_number: Annotated[Integer, Field(ge=1, le=9999)]
    sku: Id
    quantity: Annotated[Integer, Field(ge=0, le=100_000)]
    unit_price: Annotated[Money, Field(ge=0, le=1_000_000)]
    discount_amount: Annotated[Money, Field(ge=0, le=1_000_000_000)] = decimal.Decimal(0)
    tax_amount: Annotated[Money, Field(ge=0, le=1_000_000_000)] = decimal.Decimal(0)

    @model_validator(mode="after")
    def discount_is_at_most_the_price(self):
        if self.quantity and self.discount_amount > self.quantity * self.unit_price:
            raise ValueError("discount_amount: above quantity x unit_price")
        return self


class Return(BaseModel):
    return_id: Id
    order_id: Id
    line_number: Annotated[Integer, Field(ge=1, le=9999)]
    quantity: Annotated[Integer, Field(ge=1, le=100_000)]
    returned_at: Instant
    reason: Optional[text(200)] = None


class Customer(BaseModel):
    customer_id: Id
    email: Optional[Annotated[str, Field(max_length=254), AfterValidator(address)]] = None
    full_name: Optional[text(200)] = None
    country: Optional[Country] = None
    signup_at: Instant


class Product(BaseModel):
    sku: Id
    product_name: text(300)
    category: Optional[text(100)] = None
    list_price: Annotated[Money, Field(ge=0, le=1_000_000)]
    reorder_point: Annotated[Integer, Field(ge=0, le=10_000_000)] = 0
    updated_at: Instant


class InventoryMovement(BaseModel):
    movement_id: Id
    sku: Id
    movement_type: MovementType
    quantity: Annotated[Integer, Field(ge=-1_000_000, le=1_000_000)]
    occurred_at: Instant
    reference: Optional[Id] = None

    @model_validator(mode="after")
    def quantity_is_above_zero(self):
        if self.quantity == 0 or self.quantity < 0 and self.movement_type != "adjustment":
            raise ValueError("quantity: out of range")
        return self


MODELS = {"orders": Order, "order_items": OrderItem, "returns": Return, "customers": Customer,
          "products": Product, "inventory_movements": InventoryMovement}
