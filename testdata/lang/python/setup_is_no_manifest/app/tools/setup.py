def python_setup(): pass
