import requests

from config import MailSettings, Settings


def order(id):
    requests.post(f'{MailSettings().mail_url}/mails')
    return requests.get(f'{Settings().stock_service_url}/stock/{id}')
