from kit import extra
import kit

extra()
kit.listed()
