package a;

class Base { static class Node {} private static class Leaf {} }
