"""Users, their partner ids, their payments by way of ms-payment."""


def user(number):
    return {"id": number}
