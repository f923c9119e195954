from kit import *

Public()
listed()
extra()
