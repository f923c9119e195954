class Orders(val sender: EventSender) { fun f() { sender.sendEvent("orders", e) } }
