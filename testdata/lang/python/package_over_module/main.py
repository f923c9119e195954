from util import new
new()
