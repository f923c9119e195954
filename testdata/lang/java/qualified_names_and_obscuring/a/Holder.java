package a;

class Holder { static class Inner { int MAX; } Inner Tool; }
