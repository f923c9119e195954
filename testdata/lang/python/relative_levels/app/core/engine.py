from .. import settings
from ..shared.clock import now
from . import parts

print(settings.DEBUG, now(), parts.SIZE)
