class A { void f() { outbox.save(new OutboxMessage("order-placed", payload)); } }
