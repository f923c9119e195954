import json
import logging.config
from . import logging as own
from .json import dumps

json.loads("1")
own.logger
dumps()
