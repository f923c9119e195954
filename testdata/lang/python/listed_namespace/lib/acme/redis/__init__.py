from redis import Client
from ..core import base
