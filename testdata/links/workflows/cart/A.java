import io.temporal.client.WorkflowOptions;

class A {
  void f() {
    WorkflowOptions options = WorkflowOptions.newBuilder().setTaskQueue("stock").build();
    client.newWorkflowStub(Reserve.class, options).reserve();
  }
}
