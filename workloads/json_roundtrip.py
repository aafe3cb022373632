"""A document written as JSON and read back."""

import json

import _contract


def make_orders(count):
    return [
        {
            "id": 1000 + number,
            "customer": "customer %d" % (number % 7),
            "price": 0.25 * number,
            "items": [number, number + 1, number + 2],
            "paid": number % 3 == 0,
            "note": None,
        }
        for number in range(count)
    ]


class JsonRoundtrip(_contract.Workload):
    name = "json_roundtrip"
    kind = "cpu"
    shows = "JSON, in CPython native code that keeps the GIL: whether threads gain with a GIL and without."
    parameters = {"orders": 80}
    meanings = {"orders": "how many orders the document holds that a unit writes and reads"}
    loops = 30
    claims = ("C2", "C4", "C6", "C7", "C9", "C15")
    checksum = "d10babb7"

    def check(self):
        if self.orders < 0:
            raise _contract.UsageError("orders must be 0 or more, not %d" % self.orders)

    def open(self):
        self.document = {"page": 0, "orders": make_orders(self.orders)}

    def unit(self, index):
        self.document["page"] = index
        text = json.dumps(self.document)
        back = json.loads(text)
        return [len(text), back["page"], int(back == self.document)]


if __name__ == "__main__":
    _contract.main(JsonRoundtrip)
