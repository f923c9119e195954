class Main { void f() { ManagedChannelBuilder.forTarget("consul://consul:8500/rates?wait=14s").build(); } }
