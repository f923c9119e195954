package a;

import b.*;
import c.*;

class User { Node node; }
