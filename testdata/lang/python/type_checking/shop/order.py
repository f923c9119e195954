from typing import TYPE_CHECKING
if TYPE_CHECKING:
    from .customer import Customer

class Order:
    def owner(self) -> "Customer": ...
