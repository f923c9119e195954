from redis import Client
from acme.core import base
