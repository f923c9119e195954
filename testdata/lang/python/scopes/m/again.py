from m.names import alpha
alpha = wrap(alpha)
from m import use
use.beta
use.Child
