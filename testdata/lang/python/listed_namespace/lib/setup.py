from setuptools import setup

REQUIRES = ["redis"]
setup(name=INFO["title"], packages=["acme.redis", "acme.core"], install_requires=REQUIRES + ["six"])
