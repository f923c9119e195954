import io.temporal.worker.Worker;

class B { void f() { Worker worker = factory.newWorker("stock"); } }
