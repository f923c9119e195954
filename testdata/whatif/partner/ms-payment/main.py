"""Payments, with the partner id that ms-user knows."""


def payments(user):
    return [{"user": user}]
