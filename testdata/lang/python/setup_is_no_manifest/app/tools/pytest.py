class PyTest: pass
