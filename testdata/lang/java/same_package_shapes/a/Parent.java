package a;

class Parent {}
