package a;

interface Face {}
