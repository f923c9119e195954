await publishEvent({ topic: "clicks", message: m })
mailer.send("visits", m)
