import pytest
import numpy
from deep import x
from app.tools.pytest import PyTest
