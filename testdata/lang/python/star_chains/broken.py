from lib import nothing
import lib.nowhere
