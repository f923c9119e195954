import os

ALL = [os.environ['WEB_ADDR'], os.environ['STOCK_ADDR'], os.environ['MAIL_ADDR'], os.environ['AUDIT_ADDR']]
