UNUSED_URL = 'http://audit:8000'
