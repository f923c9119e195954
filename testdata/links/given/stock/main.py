import os

import requests

requests.get(os.environ['AUDIT_ADDR'] + '/entries')
