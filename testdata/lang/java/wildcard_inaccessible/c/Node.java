package c;

public class Node {}
