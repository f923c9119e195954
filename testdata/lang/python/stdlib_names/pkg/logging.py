import logging
from logging import getLogger
logger = getLogger(__name__)
