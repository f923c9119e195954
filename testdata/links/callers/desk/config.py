import os

# Nothing here sets it.
BILLING_API_URL = os.getenv("BILLING_API_URL", "")
# A tool that stands in for what others answer; it is not billing-api, whose image says 8080, too.
STUB_URL = "http://localhost:8080/stub/"
