package app.impl;

import app.*;

public class Two implements Spi {}
