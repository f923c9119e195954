from lib import *
one(), two(), three(), four(), six(), _private(), uno()
