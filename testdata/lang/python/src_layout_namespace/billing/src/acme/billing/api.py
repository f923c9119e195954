from acme.core import money
from acme.core.money import Euro
import acme.billing.ledger

print(money.ROUND, Euro, acme.billing.ledger.open_books)
