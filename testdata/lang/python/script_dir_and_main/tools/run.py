import helper
from steps import one
helper.go(one)
