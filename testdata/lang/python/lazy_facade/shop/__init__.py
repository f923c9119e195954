from .order import Order
from .price import Price
