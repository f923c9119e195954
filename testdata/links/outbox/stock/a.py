def reserve(session):
    session.add(OutboxEvent(topic="stock-reserved", payload=b""))
