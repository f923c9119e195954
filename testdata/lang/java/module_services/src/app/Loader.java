package app;

import java.util.ServiceLoader;

class Loader { Object all = ServiceLoader.load(Spi.class); }
