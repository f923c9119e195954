package app.impl;

import app.Spi;

public class One implements Spi {}
