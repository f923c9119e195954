import os

import psycopg2

# The database of billing, not its program.
database = psycopg2.connect(host=os.getenv("BILLING_HOST"))
