"""An export with the shop's own names, words, separator and encoding lands as it is, by [feeds.*]
of the configuration; a mapping that cannot be meant is refused before anything is read."""

import program

CONFIGURATION = """
landing_encoding = "windows-1252"
[store]
reporting_currency = "EUR"
[feeds.orders.columns]
"Bestellnummer" = "order_id"
"Käufer" = "customer_id"
"Stand" = "status"
"angelegt" = "created_at"
"bezahlt am" = "paid_at"
[feeds.orders.values.status]
"offen" = "created"
"bezahlt" = "paid"
[feeds.orders.defaults]
currency = "EUR"
fulfilled_at = ""
delivered_at = ""
returned_at = ""
payment_method = "card"
[feeds.order_items.columns]
"Bestellnummer" = "order_id"
"Zeile" = "line_number"
"Artikel" = "sku"
"Menge" = "quantity"
"Preis" = "unit_price"
"Steuer" = "tax_amount"
[feeds.order_items.defaults]
discount_amount = 0
"""
ORDERS = ("sep=;\r\nBestellnummer;Käufer;Stand;angelegt;bezahlt am\r\n"
          "1;Müller;BEZAHLT;2025-03-01;2025-03-01 10:00 UTC\r\n"
          "2;;offen;2025-03-01;\r\n"
          "3;;versendet;2025-03-01;\r\n")
ITEMS = ("Bestellnummer;Zeile;Artikel;Menge;Preis;Steuer\n"
         "1;1;Stuhl;2;12,50;4,75\n")


class Mapping(program.TestCase):
    def test_an_export_lands_as_it_is(self):
        config = self.folder / "cartograph.toml"
        config.write_text(CONFIGURATION)
        store = self.store("store", "--config", config)
        store.write("2025-03-02/orders.csv", ORDERS.encode("windows-1252"))
        store.write("2025-03-02/order_items.csv", ITEMS.encode("utf-16"))
        published = store.run("--accept-rejects")
        self.assert_published(published)
        for said in (published.out, store.command("status").out):
            self.assertIn("orders: read by [feeds.orders]: Bestellnummer = order_id, ", said)
            self.assertIn("words of status: bezahlt = paid, offen = created", said)
        self.assertEqual(
            store.query("select order_id, customer_id, status, paid_at, payment_method, "
                        "net_revenue from fct_orders order by order_id"),
            [{"order_id": "1", "customer_id": "Müller", "status": "paid",
              "paid_at": "2025-03-01T10:00:00.000000Z", "payment_method": "card",
              "net_revenue": "25.00"},
             {"order_id": "2", "customer_id": "", "status": "created", "paid_at": "",
              "payment_method": "card", "net_revenue": "0.00"}])
        self.assertEqual(
            store.query("select source_line, reasons, raw_row from quarantine"),
            [{"source_line": "5", "raw_row": "3;;versendet;2025-03-01;",
              "reasons": "status: not one of created, paid, fulfilled, delivered, returned"}])

    def test_what_cannot_be_meant_is_refused(self):
        for text, words in (
                ("[feeds.order.columns]\n", ("feeds.order", "orders")),
                ("[feeds.orders.colums]\n", ("line 1", "feeds.orders.columns")),
                ('[feeds.orders.columns]\n"Nr" = "orderid"\n', ("orderid", "order_id")),
                ('[feeds.orders.values.status]\n"offen" = "open"\n', ("open", "not one of")),
                ("[feeds.order_items.defaults]\nquantity = 1.5\n", ("quantity", "1.5")),
                ("[feeds.orders.defaults]\nquantity = []\n", ("line 2", "text")),
                ("[feeds]\norders = 1\n", ("line 2", "[feeds.orders]")),
                ('landing_encoding = "latin"\n', ("landing_encoding", "windows-1252"))):
            with self.subTest(text):
                config = self.folder / "cartograph.toml"
                config.write_text(text)
                result = self.store("store", "--config", config).run()
                self.assert_message(result, 2, *words)


if __name__ == "__main__":
    program.main()
